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
    const staging = stagingIn(root, mountOf(root, path), id);
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
  join(stagings[slots[place]?.staging ?? 0] ?? '', slotName(place));

/** Makes every new entry in its slot, synced; says by inode what is new, and what is old on the host. */
export const stageAll = (sealed: Sealed, transaction: Transaction): Slots => {
  const { changes } = sealed;
  const placeOf = new Map(changes.map(({ path }, place) => [path, place]));
  for (const staging of transaction.stagings) mkdirSync(bytesOf(staging), { mode: 0o700 });
  const slots = changes.map((change, place) => {
    const { path, before, after } = change;
    const slot = slotOf(transaction, place);
    const old = before === null ? null : at(transaction.root, path, (_, through) => inodeOf(through));
    if (after === null || isInPlace(change)) return { ...slotAt(transaction, place), old };
    const twin = after.type === 'file' && after.sameAs !== null ? placeOf.get(after.sameAs) : undefined;
    const twinSlot = twin === undefined ? undefined : slotOf(transaction, twin);
    stoppingAt(path, () => stage(slot, after, (sha256) => blobOf(sealed, sha256), twinSlot));
    return { ...slotAt(transaction, place), fresh: inodeOf(slot), old };
  });
  for (const staging of transaction.stagings) holding(openSync(bytesOf(staging), 'r'), syncFileSystem);
  return slots;
};

/** Removes the folders of a transaction, with what was displaced into them. */
export const clearStagings = ({ stagings }: Transaction): void => {
  for (const staging of stagings) rmSync(bytesOf(staging), { recursive: true, force: true });
};
