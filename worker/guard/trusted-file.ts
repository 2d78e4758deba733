import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Complaint } from '#db/config/read-config';
import { no, ok, type Result } from '#policies/result';
import { codeOf } from '../error-code.ts';

/** Bits of a mode that let anybody but the owner write. */
const OTHERS_WRITE = 0o022;

/** In a folder with this bit only the owner of a file takes it away: inode(7). */
const STICKY = 0o1000;

const broken = (at: string, expected: string): Result<never, readonly Complaint[]> =>
  no([{ at, line: null, expected }]);

const because = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Only root, and whoever this worker runs as, may say what this node permits. */
const distrust = ({ uid, mode }: Stats, openToAll: boolean): string | undefined => {
  if (uid !== 0 && uid !== process.geteuid?.()) return `root as its owner, not uid ${uid}`;
  if (openToAll || (mode & OTHERS_WRITE) === 0) return undefined;
  return `nobody else to write it: chmod go-w (mode ${(mode & 0o7777).toString(8)})`;
};

/** Whoever can write the folder can take the file away, and with it what it forbids. */
const distrustFolder = (folder: string): string | undefined => {
  const stats = statSync(folder, { throwIfNoEntry: false });
  return stats && distrust(stats, (stats.mode & STICKY) !== 0);
};

const readOpen = (path: string, file: number): Result<Buffer, readonly Complaint[]> => {
  // Owner and mode are those of the open file, so that it cannot be swapped between the look and the read.
  const stats = fstatSync(file);
  if (!stats.isFile()) return broken(path, 'a regular file');
  const why = distrust(stats, false);
  return why === undefined ? ok(readFileSync(file)) : broken(path, why);
};

/**
 * The bytes of a file that nobody but root or this worker's user could have written, nor put in its place; null where there
 * is none. A link that leads nowhere is no file that is missing: somebody meant one to be there.
 */
export const readTrusted = (path: string): Result<Buffer | null, readonly Complaint[]> => {
  let file: number | undefined;
  try {
    const why = distrustFolder(dirname(path));
    if (why !== undefined) return broken(dirname(path), why);
    // Without O_NONBLOCK a pipe in its place would hold up the whole worker.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return readOpen(path, file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return broken(path, `a readable file (${because(error)})`);
    return lstatSync(path, { throwIfNoEntry: false }) ? broken(path, 'a file behind this link') : ok(null);
  } finally {
    if (file !== undefined) closeSync(file);
  }
};
