import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs';
import type { FileState } from '#policies/effect';
import { no, ok, type Result } from '#policies/result';
import { codeOf } from '../error-code.ts';
import { locate } from './locate.ts';
import type { FileProblem } from './problem.ts';

/** Files larger than this are no configuration and not shown to people in a diff (bytes). */
export const LARGEST = 1024 * 1024;

/** O_NONBLOCK, so that a named pipe put in the file's place cannot hold the worker for ever. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const unfit = (stats: Stats, path: string): FileProblem | undefined => {
  if (!stats.isFile()) return { problem: 'not-a-regular-file', path };
  // A rename would quietly part the two names of the file.
  if (stats.nlink > 1) return { problem: 'hard-linked', path };
  return stats.size > LARGEST ? { problem: 'too-large', path, bytes: stats.size } : undefined;
};

const stateOf = (bytes: Buffer, { mode, uid, gid }: Stats): FileState | undefined => {
  const content = bytes.toString('utf8');
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return Buffer.from(content, 'utf8').equals(bytes)
    ? { content, sha256, mode: mode & 0o7777, uid, gid }
    : undefined;
};

/** The whole state of a regular text file under `root`, null where there is none. Never follows a link at the end. */
export const readFileState = (root: string, path: string): Result<FileState | null, FileProblem> => {
  const place = locate(root, path);
  if (!place.ok) return place.error.problem === 'no-folder' ? ok(null) : place;
  let file: number;
  try {
    file = openSync(place.value.full, FLAGS);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return ok(null);
    if (code === 'ELOOP' || code === 'ENXIO') return no({ problem: 'not-a-regular-file', path });
    throw error;
  }
  try {
    const stats = fstatSync(file);
    const problem = unfit(stats, path);
    if (problem) return no(problem);
    const state = stateOf(readFileSync(file), stats);
    return state ? ok(state) : no({ problem: 'not-text', path });
  } finally {
    closeSync(file);
  }
};

/** True when two states are the same in every byte, the mode and the owner. */
export const sameState = (a: FileState | null, b: FileState | null): boolean =>
  a === null || b === null
    ? a === b
    : a.sha256 === b.sha256 && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid;

/** The state a new text would have; for plans. */
export const fileState = (
  content: string,
  { mode, uid, gid }: Pick<FileState, 'mode' | 'uid' | 'gid'>,
): FileState => ({ content, sha256: createHash('sha256').update(content).digest('hex'), mode, uid, gid });
