import { mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path/posix';
import { syncFileSystem } from '../libc/sync.ts';
import { stoppingAt } from './apply-problem.ts';
import type { BytePath, ChangeSet } from './change.ts';
import { below, bytesOf } from './meta.ts';
import { isInPlace } from './order.ts';
import { at, holding, inodeOf, mountOf } from './place.ts';
import { blobOf, type Sealed } from './seal.ts';
import { stage } from './stage.ts';
import type { Transaction } from './transaction.ts';

/** The folder of a transaction on one file system: hidden, for root alone, beside what is at the top of it. */
const stagingIn = (root: string, mount: BytePath, id: string): BytePath =>
  below(root, join(mount, `.quorate-${id}`));

/** Which folder each change is staged in, and those folders, one for each file system that the changes are on. */
export const stagingsFor = (
  root: string,
  changes: ChangeSet,
  id: string,
): { readonly stagings: readonly BytePath[]; readonly of: readonly number[] } => {
  const stagings: BytePath[] = [];
  const of = changes.map(({ path }) => {
    const staging = stagingIn(
      root,
      stoppingAt(path, () => mountOf(root, path)),
      id,
    );
    if (!stagings.includes(staging)) stagings.push(staging);
    return stagings.indexOf(staging);
  });
  return { stagings, of };
};

/** The name of a change in its folder: where its new entry is before, and the displaced one after. */
export const slotName = (place: number): string => String(place);

type Slots = Transaction['slots'];

/** What is written down of a change's slot. */
export const slotAt = ({ slots }: Transaction, place: number): Slots[number] => {
  const slot = slots[place];
  if (!slot) throw new Error(`a transaction without a slot for its change ${place}`);
  return slot;
};

/** The slot of a change, by its path. */
export const slotOf = ({ stagings, slots }: Transaction, place: number): BytePath =>
  join(stagings[slots[place]?.staging ?? -1] ?? '', slotName(place));

type Twin = (path: BytePath) => BytePath;

const stageOne = (sealed: Sealed, transaction: Transaction, place: number, twinOf: Twin): Slots[number] => {
  const change = sealed.changes[place];
  const slot = slotAt(transaction, place);
  if (!change || isInPlace(change)) return slot;
  const { path, before, after } = change;
  const old = before === null ? null : at(transaction.root, path, (_, through) => inodeOf(through));
  if (after === null) return { ...slot, old };
  const free = slotOf(transaction, place);
  const twin = after.type === 'file' && after.sameAs !== null ? twinOf(after.sameAs) : undefined;
  stage(free, after, (sha256) => blobOf(sealed, sha256), twin);
  return { ...slot, fresh: inodeOf(free), old };
};

/** Makes every new entry in its slot, synced; says by inode what is new, and what is old on the host. */
export const stageAll = (sealed: Sealed, transaction: Transaction): Slots => {
  const placeOf = new Map(sealed.changes.map(({ path }, place) => [path, place]));
  const twinOf: Twin = (path) => slotOf(transaction, placeOf.get(path) ?? -1);
  for (const staging of transaction.stagings) mkdirSync(bytesOf(staging), { mode: 0o700 });
  const slots = sealed.changes.map(({ path }, place) =>
    stoppingAt(path, () => stageOne(sealed, transaction, place, twinOf)),
  );
  for (const staging of transaction.stagings) holding(openSync(bytesOf(staging), 'r'), syncFileSystem);
  return slots;
};

/** Removes the folders of a transaction, with what was displaced into them. */
export const clearStagings = ({ stagings }: Transaction): void => {
  for (const staging of stagings) rmSync(bytesOf(staging), { recursive: true, force: true });
};
