import { lstatSync, readdirSync } from 'node:fs';
import { no, ok, type Result } from '#policies/result';
import { xattr } from '../libc/xattr.ts';
import type { BytePath, Change, ChangeSet, Meta } from './change.ts';
import type { Layer } from './layer.ts';
import { below, bytesOf, metaOf, sameMeta } from './meta.ts';

/** What one rehearsal may change: more is no change that anybody reads. `bytes` of new content. */
export type ScanLimits = { readonly changes: number; readonly bytes: number };

/** A rehearsal changed more than is read. */
export type TooMuch = { readonly too: 'many' | 'large'; readonly limit: number };

class Excess extends Error {
  readonly much: TooMuch;
  constructor(much: TooMuch) {
    super(`too ${much.too}`);
    this.much = much;
  }
}

type Scan = {
  readonly layer: Layer;
  readonly limits: ScanLimits;
  readonly found: Change[];
  /** First path by the inode of files with several names. */
  readonly names: Map<number, BytePath>;
  bytes: number;
};

const namesIn = (path: BytePath): readonly BytePath[] => readdirSync(bytesOf(path), 'latin1').sort();

const into = (folder: BytePath, name: BytePath): BytePath =>
  folder === '/' ? `/${name}` : `${folder}/${name}`;

/** What overlayfs puts where a name was deleted: a character device 0/0. */
const isWhiteout = (meta: Meta): boolean => meta.type === 'character' && meta.rdev === 0;

/** The folder hides what lay below it: https://docs.kernel.org/filesystems/overlayfs.html */
const isOpaque = (path: BytePath): boolean => xattr(path, 'trusted.overlay.opaque') === 'eQ==';

const note = (scan: Scan, change: Change): void => {
  scan.found.push(change);
  if (scan.found.length > scan.limits.changes) throw new Excess({ too: 'many', limit: scan.limits.changes });
};

/** `path` is the place below the mount, `/` for the mount itself. */
const gone = (scan: Scan, path: BytePath): void => {
  const lower = below(scan.layer.lower, path);
  const before = metaOf(lower);
  if (before === null) return;
  note(scan, { path: below(scan.layer.mount, path), before, after: null });
  if (before.type === 'directory') within(scan, path, gone);
};

/** Everything in a folder that lay below. */
const within = (scan: Scan, path: BytePath, each: (scan: Scan, path: BytePath) => void): void => {
  for (const name of namesIn(below(scan.layer.lower, path))) each(scan, into(path, name));
};

const folder = (scan: Scan, path: BytePath, before: Meta | null, hides: boolean): void => {
  const names = namesIn(below(scan.layer.upper, path));
  for (const name of names) look(scan, into(path, name), hides);
  if (before?.type !== 'directory' || !hides) return;
  const kept = new Set(names.map((name) => into(path, name)));
  within(scan, path, (_, place) => (kept.has(place) ? undefined : gone(scan, place)));
};

/** Names that the script gave to one file are told as one; a later change to the first would be one to all. */
const linked = (scan: Scan, path: BytePath, meta: Meta): Meta => {
  if (meta.type !== 'file' || meta.nlink < 2) return meta;
  const { ino } = lstatSync(bytesOf(below(scan.layer.upper, path)));
  const first = scan.names.get(ino);
  if (first === undefined) scan.names.set(ino, below(scan.layer.mount, path));
  return first === undefined ? meta : { ...meta, sameAs: first };
};

/** Larger than what may still come, by its size alone, so that a sparse terabyte is never read. */
const weigh = (scan: Scan, path: BytePath): void => {
  const stats = lstatSync(bytesOf(path));
  if (!stats.isFile()) return;
  scan.bytes += stats.size;
  if (scan.bytes > scan.limits.bytes) throw new Excess({ too: 'large', limit: scan.limits.bytes });
};

const look = (scan: Scan, path: BytePath, hidden: boolean): void => {
  const upper = below(scan.layer.upper, path);
  weigh(scan, upper);
  const after = metaOf(upper);
  if (after === null || isWhiteout(after)) return gone(scan, path);
  const before = metaOf(below(scan.layer.lower, path));
  if (!sameMeta(before, after))
    note(scan, { path: below(scan.layer.mount, path), before, after: linked(scan, path, after) });
  const hides = hidden || before?.type !== 'directory';
  if (after.type === 'directory') return folder(scan, path, before, hides || isOpaque(upper));
  if (before?.type === 'directory') within(scan, path, gone);
};

const byBytes = (a: Change, b: Change): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

/**
 * What a rehearsal changed, from what it wrote: created, modified, deleted, with mode, owner, attributes and type. What was
 * only touched or put back is no change. No value where it is more than the limits.
 */
export const scan = (layers: readonly Layer[], limits: ScanLimits): Result<ChangeSet, TooMuch> => {
  const found: Change[] = [];
  try {
    for (const layer of layers) {
      const one: Scan = { layer, limits, found, names: new Map(), bytes: 0 };
      const [before, after] = [metaOf(layer.lower), metaOf(layer.upper)];
      if (!sameMeta(before, after)) note(one, { path: layer.mount, before, after });
      folder(one, '/', before, false);
    }
  } catch (error) {
    if (error instanceof Excess) return no(error.much);
    throw error;
  }
  return ok(found.sort(byBytes));
};
