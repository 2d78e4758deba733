import type { ChangeSetEffect } from '#policies/change-set';
import { apply } from '../changeset/apply.ts';
import type { BytePath } from '../changeset/change.ts';
import { changeProblemText } from '../changeset/change-problem.ts';
import { readSealed } from '../changeset/seal.ts';
import { shownPath } from '../changeset/shown-text.ts';
import { leftBy, stateOf } from '../changeset/transaction.ts';
import { undo } from '../changeset/undo.ts';
import type { Workshop } from '../changeset/way.ts';
import { invertedSet } from '../scripts/inverted-set.ts';
import { type Places, workshop } from '../scripts/places.ts';
import type { Ended, Found, Kind } from './effect.ts';
import { done, failed, lostOnRestart } from './ended.ts';
import type { Host } from './file.ts';
import { runJobs } from './refresh.ts';

type Around = { readonly host: Host; readonly changes?: Places };

const NOT_HERE = failed('this worker keeps no change sets');

/** As many paths as people read; the rest is a number. */
const NAMED = 20;

const leftText = (left: readonly BytePath[]): string => {
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : '';
  return `edited since, so left as they are: ${left.slice(0, NAMED).map(shownPath).join(', ')}${more}`;
};

const goThere = (shop: Workshop, { digest, tx }: ChangeSetEffect): Ended => {
  const sealed = readSealed(shop.store, digest);
  if (!sealed.ok) return failed(changeProblemText(sealed.error));
  const applied = apply(shop, sealed.value, tx);
  return applied.ok ? done : failed(changeProblemText(applied.error));
};

const goBack = (shop: Workshop, { tx }: ChangeSetEffect): Ended => {
  const undone = undo(shop, tx);
  if (!undone.ok) return failed(changeProblemText(undone.error));
  return undone.value.left.length === 0 ? done : failed(leftText(undone.value.left));
};

/** Has files that are there count; where they could not be made to, they are taken back and the earlier ones count again. */
const countedThere = async (shop: Workshop, { tx, jobs = [] }: ChangeSetEffect): Promise<Ended> => {
  const { root } = shop.host;
  const ended = await runJobs(root, jobs);
  if (ended.did === 'done') return ended;
  const undone = undo(shop, tx);
  if (!undone.ok || undone.value.left.length > 0) return { did: 'lost', why: 'answer-lost', upid: null };
  await runJobs(root, jobs);
  return ended;
};

const counted = (shop: Workshop, effect: ChangeSetEffect): Promise<Ended> =>
  effect.way === 'there' ? countedThere(shop, effect) : runJobs(shop.host.root, effect.jobs ?? []);

/** Where a transaction is once the worker began again, which first took back whatever it was killed in. */
const found = ({ journal }: Workshop, tx: string, at: { committed: Found; gone: Found }): Found => {
  switch (stateOf(journal, tx)) {
    case 'committed':
      return at.committed;
    // It could not be taken back then: half of it may be there.
    case 'prepared':
    case 'undoing':
      return lostOnRestart;
    case 'undone': {
      const left = leftBy(journal, tx);
      return left.length > 0 ? failed(leftText(left)) : at.gone;
    }
    case 'staging':
    case undefined:
      return at.gone;
  }
};

const NOTHING: Found = { did: 'nothing' };

const shopOf = ({ host }: Around, places: Places, { mounts }: ChangeSetEffect): Workshop =>
  workshop(places, host.root, mounts);

/** A sealed change set, carried out as it was sealed or not at all. Later edits are never overwritten on its way back. */
export const CHANGESET: Kind<ChangeSetEffect, Around> = {
  apply: async (around, effect) => {
    if (!around.changes) return NOT_HERE;
    const shop = shopOf(around, around.changes, effect);
    const ended = effect.way === 'there' ? goThere(shop, effect) : goBack(shop, effect);
    return ended.did === 'done' ? counted(shop, effect) : ended;
  },
  look: async (around, effect) => {
    if (!around.changes) return NOT_HERE;
    const shop = shopOf(around, around.changes, effect);
    const at =
      effect.way === 'there' ? { committed: done, gone: NOTHING } : { committed: NOTHING, gone: done };
    const now = found(shop, effect.tx, at);
    // Whether systemd was asked nobody can see, and to ask once more changes nothing else.
    return now.did === 'done' ? counted(shop, effect) : now;
  },
  invert: invertedSet,
};
