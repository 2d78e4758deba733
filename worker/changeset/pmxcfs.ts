import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { type Entry, pathOf } from '../libc/directory-calls.ts';
import type { Change, Meta } from './change.ts';
import { Refused } from './change-problem.ts';
import { look, lookAt, mountOf } from './host-tree.ts';
import { sameMeta } from './read-meta.ts';
import { copyContent } from './seal.ts';
import { drift, type Way, type Work } from './way.ts';

type Side = 'before' | 'after';

/** pmxcfs knows no renameat2, so both contents wait in the transaction's own folder. */
const keptAt = (work: Work, index: number, { path }: Change, side: Side): Entry => ({
  fd: work.stageOf(mountOf(work.tree.host, path).path),
  name: `${index}.${side}`,
});

const keep = (work: Work, index: number, change: Change, side: Side): void => {
  const meta = change[side];
  if (meta?.type !== 'file') return;
  const kept = keptAt(work, index, change, side);
  if (side === 'after') copyContent(work.shop.store, pathOf(kept), meta.sha256, change.path);
  else copyFileSync(pathOf(work.tree.at(change.path)), pathOf(kept), constants.COPYFILE_EXCL);
  const copy = lookAt(kept, change.path);
  if (copy?.type === 'file' && copy.sha256 === meta.sha256) return;
  if (side === 'before') throw drift(change.path);
  throw new Refused({ problem: 'content-altered', path: change.path, sha256: meta.sha256 });
};

const stage: Way['stage'] = (work, index, change) => {
  keep(work, index, change, 'before');
  keep(work, index, change, 'after');
  return null;
};

/** Proxmox's own tools write beside the file first too, under such a name. */
const draftOf = ({ fd, name }: Entry): Entry => ({ fd, name: `${name}.tmp.quorate` });

/** pmxcfs gives what was sealed by itself, and takes no chmod of a directory at all; elsewhere it is set. */
const own = (at: Buffer, meta: Extract<Meta, { type: 'file' | 'directory' }>): void => {
  const { uid, gid, mode } = lstatSync(at);
  if (uid !== meta.uid || gid !== meta.gid) lchownSync(at, meta.uid, meta.gid);
  if ((mode & 0o7777) !== meta.mode) chmodSync(at, meta.mode);
};

const writeDraft = (draft: Buffer, content: Buffer, meta: Extract<Meta, { type: 'file' }>): void => {
  const fd = openSync(draft, 'wx', meta.mode);
  try {
    writeFileSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  own(draft, meta);
};

const isAt = (work: Work, { path }: Change, meta: Meta | null): boolean =>
  sameMeta(look(work.tree, path), meta);

const otherSide = (side: Side): Side => (side === 'after' ? 'before' : 'after');

/** False where somebody wrote to the path while the draft was made: in a cluster each write of that goes to every node first. */
const putFile = (
  work: Work,
  index: number,
  change: Change,
  { side, meta }: { readonly side: Side; readonly meta: Extract<Meta, { type: 'file' }> },
): boolean => {
  const at = work.tree.at(change.path);
  const draft = pathOf(draftOf(at));
  rmSync(draft, { force: true });
  writeDraft(draft, readFileSync(pathOf(keptAt(work, index, change, side))), meta);
  work.shop.step('draft');
  const isStill = isAt(work, change, change[otherSide(side)]);
  if (isStill) renameSync(draft, pathOf(at));
  else rmSync(draft);
  return isStill;
};

/** Takes the path from one side of the change to the other; false where it is at neither by now. */
const put = (work: Work, index: number, change: Change, side: Side): boolean => {
  const [at, meta] = [work.tree.at(change.path), change[side]];
  if (meta?.type === 'file') return putFile(work, index, change, { side, meta });
  if (meta === null) (change[otherSide(side)]?.type === 'directory' ? rmdirSync : unlinkSync)(pathOf(at));
  else if (meta.type === 'directory') {
    mkdirSync(pathOf(at), { mode: meta.mode });
    own(pathOf(at), meta);
  }
  return true;
};

const clearDraft = (work: Work, { path }: Change): void => {
  try {
    rmSync(pathOf(draftOf(work.tree.at(path))), { force: true });
  } catch {
    // No way to the folder: then there is no draft in it either.
  }
};

const perform: Way['perform'] = (work, index, change) => {
  if (!isAt(work, change, change.before) || !put(work, index, change, 'after')) throw drift(change.path);
};

const takeBack: Way['takeBack'] = (work, index, change) => {
  clearDraft(work, change);
  if (isAt(work, change, change.before)) return true;
  return isAt(work, change, change.after) && put(work, index, change, 'before');
};

/**
 * By content, with a look just before: pmxcfs has no renameat2 flags. A write of another node between that look and the
 * rename is lost; Proxmox's own tools have a cluster lock against that, which whoever applies should hold.
 */
export const PMXCFS: Way = { stage, perform, takeBack };
