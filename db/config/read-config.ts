import { readFileSync } from 'node:fs';
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { expected } from '#policies/expected';
import { readWith } from '#policies/read-with';
import { no, ok, type Result } from '#policies/result';

/** One thing wrong in a configuration: where (`worker.node`, or empty for the file itself), its line, what was expected. */
export type Complaint = { readonly at: string; readonly line: number | null; readonly expected: string };

type Issue = z.core.$ZodIssue;

/** An unknown key is complained about at the key, not at the object around it. */
const located = (issue: Issue): readonly { path: readonly PropertyKey[]; expected: string }[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: [...issue.path, key], expected: 'no such key' }))
    : [{ path: issue.path, expected: issue.message }];

/** The values of a document; an alias that points nowhere, or to too much, is found out only here. */
const contentOf = (document: Document): Result<unknown, Complaint[]> => {
  try {
    return ok(document.toJS());
  } catch (error) {
    if (error instanceof ReferenceError) return no([{ at: '', line: null, expected: error.message }]);
    throw error;
  }
};

/**
 * Reads YAML text (keys twice are refused) and checks it. Every complaint comes at once, each with its path and line.
 */
export const parseConfig = <S extends z.ZodType>(
  text: string,
  schema: S,
): Result<z.infer<S>, Complaint[]> => {
  const lines = new LineCounter();
  // Without the log level yaml prints a warning of a key that is a list; as an unknown key it is complained about anyway.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, logLevel: 'error' });
  if (document.errors.length > 0)
    return no(
      document.errors.map((error) => ({
        at: '',
        line: lines.linePos(error.pos[0]).line,
        expected: error.message.split('\n')[0] ?? error.message,
      })),
    );
  const content = contentOf(document);
  if (!content.ok) return content;
  const read = readWith(schema, content.value ?? {}, { error: expected });
  if (read.success) return ok(read.data);
  const lineOf = (path: readonly PropertyKey[]): number | null => {
    // A yaml node carries its range; a path that is missing has no node.
    const node = document.getIn(path.map(String), true) as { range?: [number, number, number] } | undefined;
    return node?.range ? lines.linePos(node.range[0]).line : null;
  };
  return no(
    read.error.issues
      .flatMap(located)
      .map(({ path, expected }) => ({ at: path.map(String).join('.'), line: lineOf(path), expected })),
  );
};

/** Reads a configuration file. A file that is not there is a complaint like any other; unreadable bytes throw. */
export const readConfig = <S extends z.ZodType>(path: string, schema: S): Result<z.infer<S>, Complaint[]> => {
  try {
    return parseConfig(readFileSync(path, 'utf8'), schema);
  } catch (error) {
    if (
      error instanceof Error &&
      'code' in error &&
      ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(String(error.code))
    )
      return no([{ at: '', line: null, expected: `a readable file at ${path} (${String(error.code)})` }]);
    throw error;
  }
};
