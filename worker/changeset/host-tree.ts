import { closeSync, constants, openSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../error-code.ts';
import { type Entry, openBeneath, pathOf } from '../libc/directory-calls.ts';
import type { BytePath, Meta } from './change.ts';
import { LARGEST_FILE, readMeta } from './read-meta.ts';

/** A mount of the host and how its file system takes changes. */
export type Mount = { readonly path: BytePath; readonly profile: 'posix' | 'pmxcfs' };

/** Where the host's tree begins on this machine, and its mounts: all on which a change may lie, `/` among them. */
export type HostTree = { readonly root: string; readonly mounts: readonly Mount[] };

const within = (path: BytePath, mount: BytePath): boolean =>
  mount === '/' || path === mount || path.startsWith(`${mount}/`);

/** The mount that a path lies on. */
export const mountOf = ({ mounts }: HostTree, path: BytePath): Mount => {
  const found = mounts
    .filter((mount) => within(path, mount.path))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (!found) throw new Error(`no mount holds ${JSON.stringify(path)}`);
  return found;
};

/** The host's tree opened for work: every place is reached from its mount's root, without a link on the way. */
export type OpenTree = {
  readonly host: HostTree;
  /** Where an entry is; its fd is good until the next call. Throws LibcError ENOENT, ENOTDIR, ELOOP, EXDEV. */
  readonly at: (path: BytePath) => Entry;
  /** The root of a mount. */
  readonly rootOf: (mount: BytePath) => number;
  readonly close: () => void;
};

const O_DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;

/** Opens the tree; the caller closes it. */
export const openTree = (host: HostTree): OpenTree => {
  const roots = new Map<BytePath, number>();
  let parent: { readonly path: string; readonly fd: number } | undefined;
  const rootOf = (mount: BytePath): number => {
    const known = roots.get(mount);
    if (known !== undefined) return known;
    const fd = openSync(Buffer.from(join(host.root, mount), 'latin1'), O_DIRECTORY);
    roots.set(mount, fd);
    return fd;
  };
  const forget = (): void => {
    if (parent) closeSync(parent.fd);
    parent = undefined;
  };
  const at = (path: BytePath): Entry => {
    const mount = mountOf(host, path).path;
    if (path === mount) return { fd: rootOf(mount), name: '.' };
    const cut = path.lastIndexOf('/');
    const folder = path.slice(0, cut);
    // Held open, so that thousands of entries of one directory cost one walk to it.
    if (parent?.path !== folder) {
      forget();
      const way = folder.slice(mount === '/' ? 1 : mount.length + 1);
      parent = { path: folder, fd: openBeneath(rootOf(mount), way === '' ? '.' : way) };
    }
    return { fd: parent.fd, name: path.slice(cut + 1) };
  };
  const close = (): void => {
    forget();
    for (const fd of roots.values()) closeSync(fd);
  };
  return { host, at, rootOf, close };
};

/** Codes of a place that is not there as the change set knows the tree. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** The state of a path of the host; null where there is nothing, or no way to it without a link. */
export const look = (tree: OpenTree, path: BytePath): Meta | null => {
  try {
    return lookAt(tree.at(path), path);
  } catch (error) {
    if (ABSENT.has(codeOf(error) ?? '')) return null;
    throw error;
  }
};

/** The state of an entry that was reached. */
export const lookAt = (entry: Entry, path: BytePath): Meta | null =>
  readMeta(pathOf(entry), { path, most: LARGEST_FILE });

/** True for a directory with nothing in it, and for anything else that is no directory. */
export const isEmpty = (entry: Entry, meta: Meta): boolean =>
  meta.type !== 'directory' || readdirSync(pathOf(entry), 'latin1').length === 0;
