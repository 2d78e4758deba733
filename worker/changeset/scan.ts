import { lstatSync, mkdirSync, readdirSync, type Stats } from 'node:fs';
import type { Result } from '#policies/result';
import { readXattrs } from '../libc/file-calls.ts';
import type { BytePath, Change, ChangeSet, Meta } from './change.ts';
import { type ChangeProblem, Refused, refusable } from './change-problem.ts';
import type { KnownHashes } from './known-hashes.ts';
import { LARGEST_FILE, metaOf, readMeta, sameMeta } from './read-meta.ts';
import { setAttributes } from './set-attributes.ts';

/** One overlay: the mount it stood for on the host, the real directory below it, and what was written (folders of this machine). */
export type Layer = { readonly mount: BytePath; readonly lower: string; readonly upper: string };

/** What one rehearsal may change: entries, bytes of one file, bytes of new and changed files together. */
export type Caps = { readonly changes: number; readonly fileBytes: number; readonly totalBytes: number };

export const CAPS: Caps = { changes: 100_000, fileBytes: LARGEST_FILE, totalBytes: 1024 * 1024 * 1024 };

/** The changes, and where the content of each new or changed file lies now, by its sha256; what of it was hashed, where that is known. */
export type Scanned = {
  readonly changes: ChangeSet;
  readonly content: ReadonlyMap<string, Buffer>;
  readonly known?: KnownHashes;
};

/** PATH_MAX is 4096 bytes; our own way to a file is longer than the host's. */
const LONGEST = 3500;

type Walk = {
  readonly caps: Caps;
  readonly known: KnownHashes;
  readonly changes: Change[];
  readonly content: Map<string, Buffer>;
  /** First path of each inode of the upper with more than one name. */
  readonly inodes: Map<string, BytePath>;
  bytes: number;
};

/** An entry of the merged tree: its path on the host, where the upper and the lower keep it (null: not there). */
type Spot = { readonly path: BytePath; readonly upper: string; readonly lower: string | null };

const bytesOf = (path: string): Buffer => Buffer.from(path, 'latin1');
const statOf = (path: string): Stats | undefined => lstatSync(bytesOf(path), { throwIfNoEntry: false });
const namesIn = (path: string): string[] => readdirSync(bytesOf(path), 'latin1').sort();
const below = (path: string, name: string): string => (path === '/' ? `/${name}` : `${path}/${name}`);

const beneath = ({ path, upper, lower }: Spot, name: string): Spot => {
  if (upper.length + name.length > LONGEST || path.length + name.length > LONGEST)
    throw new Refused({ problem: 'path-too-long', path });
  return {
    path: below(path, name),
    upper: below(upper, name),
    lower: lower === null ? null : below(lower, name),
  };
};

const isWhiteout = (stats: Stats): boolean => stats.isCharacterDevice() && stats.rdev === 0;
const isOpaque = (path: string): boolean => 'trusted.overlay.opaque' in readXattrs(bytesOf(path));

const add = (walk: Walk, change: Change): void => {
  if (walk.changes.length >= walk.caps.changes)
    throw new Refused({ problem: 'too-many-changes', limit: walk.caps.changes });
  walk.changes.push(change);
};

/** Counts what goes with an entry before any of it is read: `rm -rf /usr` is refused by the names, not after 100,000 hashes. */
const countGone = (walk: Walk, lower: string, counted: number): number => {
  let count = counted + 1;
  if (walk.changes.length + count > walk.caps.changes)
    throw new Refused({ problem: 'too-many-changes', limit: walk.caps.changes });
  if (!statOf(lower)?.isDirectory()) return count;
  for (const name of namesIn(lower)) count = countGone(walk, below(lower, name), count);
  return count;
};

const lowerMeta = (walk: Walk, { path, lower }: Spot): Meta | null =>
  lower === null ? null : readMeta(bytesOf(lower), { path, most: walk.caps.fileBytes, known: walk.known });

/** Everything below a directory of the lower that the merged tree no longer has. */
const removeBelow = (walk: Walk, spot: Spot, kept: ReadonlySet<string>): void => {
  if (spot.lower === null) return;
  for (const name of namesIn(spot.lower)) if (!kept.has(name)) remove(walk, beneath(spot, name));
};

/** An entry of the lower that is there no more, with all that was in it. */
const removeWhole = (walk: Walk, spot: Spot): void => {
  if (spot.lower !== null && statOf(spot.lower)) countGone(walk, spot.lower, 0);
  remove(walk, spot);
};

const remove = (walk: Walk, spot: Spot): void => {
  const before = lowerMeta(walk, spot);
  if (!before) return;
  add(walk, { path: spot.path, before, after: null });
  if (before.type === 'directory') removeBelow(walk, spot, new Set());
};

/** What was in a directory of the lower that was replaced or emptied. */
const removeRest = (walk: Walk, spot: Spot, kept: ReadonlySet<string>): void => {
  const { lower } = spot;
  if (lower === null) return;
  let count = 0;
  for (const name of namesIn(lower)) if (!kept.has(name)) count = countGone(walk, below(lower, name), count);
  removeBelow(walk, spot, kept);
};

const keepContent = (walk: Walk, after: Meta, upper: string): void => {
  if (after.type !== 'file' || walk.content.has(after.sha256)) return;
  walk.bytes += after.size;
  if (walk.bytes > walk.caps.totalBytes)
    throw new Refused({ problem: 'too-much-content', limit: walk.caps.totalBytes });
  walk.content.set(after.sha256, bytesOf(upper));
};

/** The earlier path that is the same file; this one is remembered for those to come. */
const linkOf = (walk: Walk, path: BytePath, stats: Stats): BytePath | undefined => {
  if (!stats.isFile() || stats.nlink < 2) return undefined;
  const inode = `${stats.dev}:${stats.ino}`;
  const first = walk.inodes.get(inode);
  if (first === undefined) walk.inodes.set(inode, path);
  return first;
};

/** Adds what became of an entry that the upper has, unless it is a mere copy of the lower one. */
const compare = (walk: Walk, { path, upper, lower }: Spot, stats: Stats): Meta | null => {
  const before = lowerMeta(walk, { path, upper, lower });
  const after = metaOf(bytesOf(upper), stats, { path, most: walk.caps.fileBytes, known: walk.known });
  const linked = stats.isFile() && stats.nlink > 1;
  if (sameMeta(before, after) && !linked) return before;
  keepContent(walk, after, upper);
  const link = linkOf(walk, path, stats);
  add(walk, link === undefined ? { path, before, after } : { path, before, after, link });
  return before;
};

const visit = (walk: Walk, spot: Spot): void => {
  const stats = statOf(spot.upper);
  if (!stats) return;
  if (isWhiteout(stats)) {
    removeWhole(walk, spot);
    return;
  }
  const before = compare(walk, spot, stats);
  const overDirectory = before?.type === 'directory';
  const merged = { ...spot, lower: overDirectory ? spot.lower : null };
  const names = stats.isDirectory() ? namesIn(spot.upper) : [];
  for (const name of names) visit(walk, beneath(merged, name));
  if (overDirectory && (!stats.isDirectory() || isOpaque(spot.upper)))
    removeRest(walk, merged, new Set(names));
};

/** Paths by their bytes: a directory stands before what is in it. */
export const byPath = (a: Change, b: Change): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/**
 * What was written into the uppers, as changes of the host. An entry that was only copied up is none. The lowers are
 * read as they are now, so the host must be the one that was rehearsed on; a sealed set finds later drift by itself.
 */
export const scan = (
  layers: readonly Layer[],
  caps: Caps = CAPS,
  known: KnownHashes = new Map(),
): Result<Scanned, ChangeProblem> =>
  refusable(() => {
    const walk: Walk = { caps, known, changes: [], content: new Map(), inodes: new Map(), bytes: 0 };
    for (const { mount, upper, lower } of layers)
      visit(walk, {
        path: mount,
        upper: Buffer.from(upper).toString('latin1'),
        lower: Buffer.from(lower).toString('latin1'),
      });
    return { changes: walk.changes.sort(byPath), content: walk.content, known };
  });

/** Makes an upper that begins as its lower is: mode, owner and attributes of the mount's root are the upper's own. */
export const beginUpper = ({ mount, lower, upper }: Layer): void => {
  const root = readMeta(Buffer.from(lower), { path: mount, most: 0 });
  mkdirSync(upper, { mode: 0o700 });
  if (root) setAttributes(Buffer.from(upper), root);
};
