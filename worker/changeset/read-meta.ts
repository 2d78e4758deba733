import { createHash, hash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  readSync,
  type Stats,
} from 'node:fs';
import { readXattrs } from '../libc/file-calls.ts';
import type { BytePath, Meta, Xattrs } from './change.ts';
import { Refused } from './change-problem.ts';
import { identityOf, type KnownHashes } from './known-hashes.ts';

/** Files larger than this are neither read nor changed (bytes). A sparse file counts by its size, not its blocks. */
export const LARGEST_FILE = 256 * 1024 * 1024;

const CHUNK = 1024 * 1024;
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * How an entry is read: `path` is its name for people, `most` the largest file that is read (bytes). `known`: what was hashed
 * already is not hashed again, and what is hashed is added.
 */
export type Reading = { readonly path: BytePath; readonly most: number; readonly known?: KnownHashes };

type Content = { readonly sha256: string; readonly size: number };

const hashInChunks = (fd: number): Content => {
  const [digest, chunk] = [createHash('sha256'), Buffer.allocUnsafe(CHUNK)];
  let size = 0;
  for (let length = readSync(fd, chunk); length > 0; length = readSync(fd, chunk)) {
    digest.update(chunk.subarray(0, length));
    size += length;
  }
  return { sha256: digest.digest('hex'), size };
};

const hashFile = (fd: number, size: number): Content => {
  if (size > CHUNK) return hashInChunks(fd);
  const bytes = readFileSync(fd);
  return { sha256: hash('sha256', bytes), size: bytes.length };
};

const contentOf = (at: Buffer, { path, most, known }: Reading): Content => {
  const fd = openSync(at, FLAGS);
  try {
    const stats = fstatSync(fd, { bigint: true });
    const size = Number(stats.size);
    if (size > most) throw new Refused({ problem: 'too-large', path, bytes: size });
    const sha256 = known?.get(identityOf(stats));
    if (sha256 !== undefined) return { sha256, size };
    const content = hashFile(fd, size);
    known?.set(identityOf(stats), content.sha256);
    return content;
  } finally {
    closeSync(fd);
  }
};

/** The overlay's own marks on an upper are nothing of the script's. */
const own = (name: string): boolean => name.startsWith('trusted.overlay.');

const ownedOf = (at: Buffer, { uid, gid }: Stats): { uid: number; gid: number; xattrs: Xattrs } => {
  const xattrs = readXattrs(at);
  for (const name of Object.keys(xattrs)) if (own(name)) delete xattrs[name];
  return { uid, gid, xattrs };
};

const nodeType = (stats: Stats): 'fifo' | 'socket' | 'character' | 'block' => {
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  return stats.isCharacterDevice() ? 'character' : 'block';
};

/** The whole state of an entry that `stats` is of. Throws Refused for a file that is too large. */
export const metaOf = (at: Buffer, stats: Stats, reading: Reading): Meta => {
  const owned = ownedOf(at, stats);
  if (stats.isSymbolicLink()) return { type: 'symlink', ...owned, target: readlinkSync(at, 'latin1') };
  const moded = { ...owned, mode: stats.mode & 0o7777 };
  if (stats.isDirectory()) return { type: 'directory', ...moded };
  if (stats.isFile()) return { type: 'file', ...moded, ...contentOf(at, reading), nlink: stats.nlink };
  const type = nodeType(stats);
  return type === 'fifo' || type === 'socket' ? { type, ...moded } : { type, ...moded, rdev: stats.rdev };
};

/** The whole state of an entry, null where there is none. A link is read, never followed. */
export const readMeta = (at: Buffer, reading: Reading): Meta | null => {
  const stats = lstatSync(at, { throwIfNoEntry: false });
  return stats ? metaOf(at, stats, reading) : null;
};

const sameXattrs = (a: Xattrs, b: Xattrs): boolean => {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
};

/** What is to be equal beside owner and attributes, in one order. */
const plain = (meta: Meta): string =>
  JSON.stringify(meta, ['type', 'mode', 'size', 'sha256', 'target', 'rdev']);

/** True for the same entry in all but its times and the number of its names. */
export const sameMeta = (a: Meta | null, b: Meta | null): boolean =>
  a === null || b === null
    ? a === b
    : a.uid === b.uid && a.gid === b.gid && plain(a) === plain(b) && sameXattrs(a.xattrs, b.xattrs);
