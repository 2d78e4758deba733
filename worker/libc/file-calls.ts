import { closeSync, constants, openSync } from 'node:fs';
import { codeOf } from '../error-code.ts';
import { cString, libc, libcAside } from './libc.ts';

/** Writes everything of the file system that holds this directory to its disk (syncfs(2)). */
export const syncFileSystem = (folder: string | Buffer): void => {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    libc('syncfs', fd);
  } finally {
    closeSync(fd);
  }
};

/** Begins with that in a thread of its own, so that who syncs later waits less. Nobody may rely on it. */
export const beginSync = async (folder: string | Buffer): Promise<void> => {
  const fd = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await libcAside('syncfs', fd);
  } finally {
    closeSync(fd);
  }
};

const nul = Buffer.from([0]);

/** Most bytes of the names, and of one value, of extended attributes (xattr(7), XATTR_LIST_MAX and XATTR_SIZE_MAX). */
const MOST = 65_536;
const answer = Buffer.alloc(MOST);

const UNSUPPORTED = new Set(['ENOTSUP', 'EOPNOTSUPP']);

const ask = (call: () => number): number => {
  try {
    return call();
  } catch (error) {
    // ENODATA: the attribute went away since it was listed.
    if (UNSUPPORTED.has(codeOf(error) ?? '') || codeOf(error) === 'ENODATA') return 0;
    throw error;
  }
};

const names = (path: Buffer): string[] => {
  const length = ask(() => libc('llistxattr', path, answer, MOST));
  return length === 0 ? [] : answer.toString('latin1', 0, length - 1).split('\0');
};

/** All extended attributes of an entry, never of what a link leads to; values in base64, names sorted. */
export const readXattrs = (path: Buffer): Record<string, string> => {
  const at = Buffer.concat([path, nul]);
  const found: Record<string, string> = {};
  for (const name of names(at).sort()) {
    const length = ask(() => libc('lgetxattr', at, cString(name), answer, MOST));
    found[name] = answer.toString('base64', 0, length);
  }
  return found;
};

/** Sets one attribute to a value in base64, or takes it away (null). */
export const writeXattr = (path: Buffer, name: string, value: string | null): void => {
  const at = Buffer.concat([path, nul]);
  if (value === null) {
    libc('lremovexattr', at, cString(name));
    return;
  }
  const bytes = Buffer.from(value, 'base64');
  libc('lsetxattr', at, cString(name), bytes, bytes.length, 0);
};

/** S_IF* of inode(7). */
const FORMAT = { fifo: 0o010000, character: 0o020000, block: 0o060000, socket: 0o140000 } as const;

/** Makes a pipe, a socket's name or a device, for the owner only; `rdev` as stat(2) gives it. */
export const makeNode = (path: Buffer, type: keyof typeof FORMAT, rdev: number): void => {
  libc('mknod', Buffer.concat([path, nul]), FORMAT[type] | 0o600, rdev);
};
