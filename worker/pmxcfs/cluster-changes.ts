import { hash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BytePath, Change, Meta } from '../changeset/change.ts';
import { settled } from '../changeset/pmxcfs-rules.ts';
import type { Scanned } from '../changeset/scan.ts';
import { type Emptied, type Kept, readTree, type Tree } from './config-db.ts';
import { PMXCFS } from './mount.ts';

/** Two databases of one pmxcfs, and the files that were empty in the first though the host's are not. */
export type CopyRun = {
  readonly before: string;
  readonly after: string;
  readonly emptied: ReadonlyMap<BytePath, Emptied>;
};

/** What a run did to the configuration of the cluster. `withheld`: files that it changed without having seen what they hold. */
export type ClusterChanges = Scanned & { readonly withheld: readonly BytePath[] };

/** Proxmox's tools hold a lock as a folder for as long as a call takes: that is no configuration. */
const LOCKS = /^\/priv\/lock(\/|$)/;

const metaOf = (path: BytePath, { type, data }: Kept, emptied?: Emptied): Meta => {
  const owned = { uid: 0, gid: 0, xattrs: {}, mode: 0 };
  const content = emptied ?? { size: data.length, sha256: hash('sha256', data) };
  return settled(path, type === 'file' ? { type, ...owned, ...content, nlink: 1 } : { type, ...owned });
};

const isSame = (a: Kept | undefined, b: Kept | undefined): boolean =>
  a?.type === b?.type && (a === undefined || b === undefined || a.data.equals(b.data));

type Both = { readonly before: Tree; readonly after: Tree } & Pick<CopyRun, 'emptied'>;

/**
 * Emptied files that were written to or moved, and where they went: what they would hold on the host cannot be told, for
 * nobody inside could know it. One that is merely gone is known to be gone.
 */
const withheldIn = ({ before, after, emptied }: Both): ReadonlySet<BytePath> => {
  const places = new Map([...after].map(([at, { inode }]) => [inode, at] as const));
  return new Set(
    [...emptied.keys()].flatMap((at) => {
      const [was, is] = [before.get(at), after.get(at)];
      const moved = was ? places.get(was.inode) : undefined;
      if (is && was?.version === is.version) return [];
      return is || moved !== undefined ? [at, ...(moved === undefined ? [] : [moved])] : [];
    }),
  );
};

const changeAt = ({ before, after, emptied }: Both, at: BytePath): Change => {
  const [path, a, b] = [PMXCFS + at, before.get(at), after.get(at)];
  return {
    path,
    before: a ? metaOf(path, a, emptied.get(at)) : null,
    after: b ? metaOf(path, b) : null,
  };
};

/** Writes the new contents into a folder; where each lies, by its sha256. */
const keepContents = (changes: readonly Change[], after: Tree, into: string): Scanned['content'] => {
  mkdirSync(into, { recursive: true, mode: 0o700 });
  return new Map(
    changes.flatMap(({ path, after: meta }) => {
      if (meta?.type !== 'file') return [];
      const file = join(into, meta.sha256);
      writeFileSync(file, after.get(path.slice(PMXCFS.length))?.data ?? '', { mode: 0o600 });
      return [[meta.sha256, Buffer.from(file)] as const];
    }),
  );
};

/**
 * Compares what a pmxcfs of its own was given with what it kept at its end; `into` is a folder for the new contents. Modes and
 * owners are those that every pmxcfs gives. Throws where a file is no database of pmxcfs.
 */
export const clusterChanges = (run: CopyRun, into: string): ClusterChanges => {
  const both: Both = { before: readTree(run.before), after: readTree(run.after), emptied: run.emptied };
  const withheld = withheldIn(both);
  const changes = [...new Set([...both.before.keys(), ...both.after.keys()])]
    .filter((at) => !LOCKS.test(at) && !withheld.has(at))
    .filter((at) => !isSame(both.before.get(at), both.after.get(at)))
    .map((at) => changeAt(both, at));
  return {
    changes,
    content: keepContents(changes, both.after, into),
    withheld: [...withheld].map((at) => PMXCFS + at),
  };
};
