import { createHash } from 'node:crypto';
import { closeSync, constants, lstatSync, openSync, readlinkSync, readSync, type Stats } from 'node:fs';
import { xattr, xattrNames } from '../libc/xattr.ts';
import type { BytePath, Meta, Xattrs } from './change.ts';

/** What a path is to Node's own calls: bytes, which no decoder touches. */
export const bytesOf = (path: BytePath): Buffer => Buffer.from(path, 'latin1');

/** Below a folder; both absolute and normalized. */
export const below = (folder: string, path: BytePath): BytePath =>
  folder === '/' ? path : path === '/' ? folder : folder + path;

/** How much of a file is read at once (bytes). */
const CHUNK = 1024 * 1024;
const chunk = Buffer.alloc(CHUNK);

/** The sha256 of an open file's content, from its start. */
export const sha256Of = (file: number): string => {
  const hash = createHash('sha256');
  for (let at = 0; ; ) {
    const size = readSync(file, chunk, 0, CHUNK, at);
    if (size === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, size));
    at += size;
  }
};

const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Opens a regular file for reading, never through a link, and hands it over for as long as `read` takes. */
export const withFile = <T>(path: BytePath, read: (file: number) => T): T => {
  const file = openSync(bytesOf(path), FLAGS);
  try {
    return read(file);
  } finally {
    closeSync(file);
  }
};

/** Attributes that overlayfs keeps for itself in an upper layer, and those that no copy can carry. */
const OVERLAY = /^trusted\.overlay\./;

const xattrsOf = (path: BytePath): Xattrs =>
  Object.fromEntries(
    xattrNames(path)
      .filter((name) => !OVERLAY.test(name))
      .sort()
      .flatMap((name) => {
        const value = xattr(path, name);
        return value === null ? [] : [[name, value]];
      }),
  );

const typed = (path: BytePath, stats: Stats): Meta => {
  const owned = { uid: stats.uid, gid: stats.gid, xattrs: xattrsOf(path) };
  const moded = { ...owned, mode: stats.mode & 0o7777 };
  if (stats.isFile())
    return {
      type: 'file',
      ...moded,
      size: stats.size,
      sha256: withFile(path, sha256Of),
      nlink: stats.nlink,
      sameAs: null,
    };
  if (stats.isDirectory()) return { type: 'directory', ...moded };
  if (stats.isSymbolicLink())
    return { type: 'symlink', ...owned, target: readlinkSync(bytesOf(path), 'latin1') };
  if (stats.isFIFO()) return { type: 'fifo', ...moded };
  if (stats.isSocket()) return { type: 'socket', ...moded };
  return { type: stats.isBlockDevice() ? 'block' : 'character', ...moded, rdev: stats.rdev };
};

/** How an entry stands in its folder; undefined where there is none, also where a folder on the way is none. */
export const statsOf = (path: BytePath): Stats | undefined => {
  try {
    return lstatSync(bytesOf(path), { throwIfNoEntry: false });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOTDIR') return undefined;
    throw error;
  }
};

/** All that an entry is, its content by its sha256; null where there is none. Follows no link at the end. */
export const metaOf = (path: BytePath): Meta | null => {
  const stats = statsOf(path);
  return stats ? typed(path, stats) : null;
};

const sameXattrs = (a: Xattrs, b: Xattrs): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

const APART: readonly string[] = ['xattrs', 'nlink', 'sameAs'];

/** Are two entries the same in all that a change set is about? Which names a file has is not. */
export const sameMeta = (a: Meta | null, b: Meta | null): boolean => {
  if (a === null || b === null) return a === b;
  const theirs = new Map<string, unknown>(Object.entries(b));
  const same = Object.entries(a).every(([key, value]) => APART.includes(key) || theirs.get(key) === value);
  return same && sameXattrs(a.xattrs, b.xattrs);
};
