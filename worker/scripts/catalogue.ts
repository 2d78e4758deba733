import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Complaint } from '#db/config/read-config';
import type { ScriptRow } from '#policies/inventory';
import { no, ok, type Result } from '#policies/result';
import { ScriptName } from '#policies/script-request';
import { readTrustedConfig } from '../guard/trusted-config.ts';
import { readTrusted } from '../guard/trusted-file.ts';

/**
 * The scripts that may be planned on a node, in scripts.yaml, written by whoever has root there. `sha256` pins what was read
 * when the script was entered; `args` are the words that it is called with.
 */
const Catalogue = z.strictObject({
  version: z.literal(1),
  scripts: z.record(
    ScriptName,
    z.strictObject({
      title: z.string().min(1).max(120),
      path: z.string().regex(/^\/[^\0]+$/, 'an absolute path'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'the sha256 of the script in hex: sha256sum FILE'),
      args: z
        .array(z.string().regex(/^[^\0]*$/, 'a word'))
        .max(50)
        .default([]),
    }),
  ),
});

/** A script as its node's catalogue has it, with the bytes that its sha256 pins. */
export type Script = {
  readonly name: string;
  readonly title: string;
  readonly path: string;
  readonly sha256: string;
  readonly args: readonly string[];
  readonly bytes: Buffer;
};

/** Why there is no such script to plan; `broken`: the catalogue or the script cannot be read, or trusted. */
export type NoScript =
  | { readonly script: 'unknown'; readonly known: readonly string[] }
  | { readonly script: 'other-content'; readonly path: string; readonly sha256: string }
  | { readonly script: 'broken'; readonly complaints: readonly Complaint[] };

/** A node's scripts as they were entered; none where it has no catalogue. */
export const listScripts = (path: string): Result<readonly ScriptRow[], readonly Complaint[]> => {
  const catalogue = readTrustedConfig(path, Catalogue);
  if (!catalogue.ok) return catalogue;
  return ok(Object.entries(catalogue.value?.scripts ?? {}).map(([name, entry]) => ({ name, ...entry })));
};

/**
 * One script of a node's catalogue, whole. A script that somebody else could have written, or that is another than the one
 * that was entered, is none.
 */
export const findScript = (path: string, name: string): Result<Script, NoScript> => {
  const catalogue = readTrustedConfig(path, Catalogue);
  if (!catalogue.ok) return no({ script: 'broken', complaints: catalogue.error });
  const scripts = catalogue.value?.scripts ?? {};
  const entry = Object.hasOwn(scripts, name) ? scripts[name] : undefined;
  if (entry === undefined) return no({ script: 'unknown', known: Object.keys(scripts) });
  const bytes = readTrusted(entry.path);
  if (!bytes.ok) return no({ script: 'broken', complaints: bytes.error });
  if (bytes.value === null)
    return no({ script: 'broken', complaints: [{ at: entry.path, line: null, expected: 'a file' }] });
  const sha256 = createHash('sha256').update(bytes.value).digest('hex');
  if (sha256 !== entry.sha256) return no({ script: 'other-content', path: entry.path, sha256 });
  return ok({ name, ...entry, bytes: bytes.value });
};
