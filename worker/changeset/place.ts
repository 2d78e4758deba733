import { closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path/posix';
import { LibcError } from '../libc/libc.ts';
import { openBeneath } from '../libc/open-beneath.ts';
import type { Entry } from '../libc/rename.ts';
import type { BytePath } from './change.ts';
import { bytesOf, statsOf } from './meta.ts';

/** Opens what is done with a descriptor for as long as that takes. */
export const holding = <T>(fd: number, act: (fd: number) => T): T => {
  try {
    return act(fd);
  } finally {
    closeSync(fd);
  }
};

const nameOf = (path: BytePath): string => path.slice(path.lastIndexOf('/') + 1);

/** `.` or `etc/apt`: as openat2 wants it, below the root. */
const relative = (path: BytePath): string => path.slice(1) || '.';

/**
 * An entry of the host by its open folder, and a path by which Node's calls reach it there: whoever moves a folder or puts
 * a link in its place meanwhile leads nothing astray. Throws a LibcError where the folder is not there or is a link.
 */
export const at = <T>(root: string, path: BytePath, act: (entry: Entry, through: BytePath) => T): T =>
  holding(openSync(root, 'r'), (base) =>
    holding(openBeneath(base, relative(dirname(path))), (folder) =>
      act({ folder, name: nameOf(path) }, `/proc/self/fd/${folder}/${nameOf(path)}`),
    ),
  );

/** A folder of the host itself, open. */
export const inFolder = <T>(root: string, path: BytePath, act: (through: BytePath) => T): T =>
  holding(openSync(root, 'r'), (base) =>
    holding(openBeneath(base, relative(path)), (fd) => act(`/proc/self/fd/${fd}/.`)),
  );

const deviceOf = (root: string, folder: BytePath): number =>
  inFolder(root, folder, (through) => statSync(bytesOf(through)).dev);

const ABSENT = ['ENOENT', 'ENOTDIR'];

/** The nearest folder above a path that is there, and its file system. Throws a LibcError where a link is in its place. */
const nearest = (root: string, path: BytePath): { readonly folder: BytePath; readonly dev: number } => {
  const folder = dirname(path);
  try {
    return { folder, dev: deviceOf(root, folder) };
  } catch (error) {
    if (folder !== '/' && error instanceof LibcError && ABSENT.includes(error.code))
      return nearest(root, folder);
    throw error;
  }
};

/** The topmost folder below the root of the file system that a path is on: where its mount is. */
export const mountOf = (root: string, path: BytePath): BytePath => {
  const { folder, dev } = nearest(root, path);
  let top = folder;
  while (top !== '/' && deviceOf(root, dirname(top)) === dev) top = dirname(top);
  return top;
};

/** An entry's inode by an open folder; null where there is none. */
export const inodeOf = (through: BytePath): number | null => statsOf(through)?.ino ?? null;
