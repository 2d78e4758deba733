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
import { type Complaint, parseConfig } from '#db/config/read-config';
import { no, ok, type Result } from '#policies/result';
import { DEFAULT_POLICY, NodePolicy } from './node-policy.ts';

/** The node's floor as it is at this moment, or what is wrong with its file. */
export type ReadPolicy = () => Result<NodePolicy, readonly Complaint[]>;

type Read = ReturnType<ReadPolicy>;

/** Bits of a mode that let anybody but the owner write. */
const OTHERS_WRITE = 0o022;

/** In a folder with this bit only the owner of a file takes it away: inode(7). */
const STICKY = 0o1000;

const broken = (at: string, expected: string): Read => no([{ at, line: null, expected }]);

const because = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

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

/** A link that leads nowhere is no file that is missing: somebody meant a policy to be there. */
const absent = (path: string): Read =>
  lstatSync(path, { throwIfNoEntry: false }) ? broken(path, 'a file behind this link') : ok(DEFAULT_POLICY);

const parsed = (path: string, text: string): Read => {
  const policy = parseConfig(text, NodePolicy);
  return policy.ok ? policy : no(policy.error.map((one) => ({ ...one, at: `${path} ${one.at}`.trim() })));
};

const readOpen = (path: string, file: number): Read => {
  // Owner and mode are those of the open file, so that it cannot be swapped between the look and the read.
  const stats = fstatSync(file);
  if (!stats.isFile()) return broken(path, 'a regular file');
  const why = distrust(stats, false);
  return why === undefined ? parsed(path, readFileSync(file, 'utf8')) : broken(path, why);
};

/**
 * Reads the node's own floor. Only a file that is not there is the default; one that cannot be read, is wrong, or could have
 * been written by anybody but root or this worker's user is no floor at all.
 */
export const readPolicy = (path: string): Read => {
  let file: number | undefined;
  try {
    const why = distrustFolder(dirname(path));
    if (why !== undefined) return broken(dirname(path), why);
    // Without O_NONBLOCK a pipe in its place would hold up the whole worker.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return readOpen(path, file);
  } catch (error) {
    return isMissing(error) ? absent(path) : broken(path, `a readable file (${because(error)})`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
};
