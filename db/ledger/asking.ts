import type { Change } from '#policies/change/change';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { type Caps, capReached, type Load } from '#policies/rules/caps';
import { targetKey } from '#policies/target';
import type { AuditActor } from '../audit/event.ts';
import { digestOf } from '../canonical.ts';
import { immediate } from '../open.ts';
import { openFor, WAITING } from './change-rows.ts';
import { apply, type Opening, openChange } from './changes.ts';
import type { Ledger } from './ledger.ts';
import { loadOf } from './load.ts';

/** A change that was opened, and those of the same person whose place it takes. */
export type Asked = { readonly change: Change; readonly superseded: readonly Change[] };

const waits = ({ state: { state } }: Change): boolean => WAITING.some((name) => name === state);

/** Both are undone by nothing, or undo the same change: that one is what an undo is really about. */
const isSameDeed = (a: Opening, b: Change): boolean => a.action === b.action && a.undoes === b.undoes;

const isEqual = (a: Opening, b: Change): boolean =>
  isSameDeed(a, b) && a.runAt === b.runAt && digestOf(a.params) === digestOf(b.params);

type Newer = { readonly change: Change; readonly actor: AuditActor };

const supersede = (ledger: Ledger, older: Change, { change, actor }: Newer): void => {
  const { requester: by, no: next } = change;
  const moved = apply(ledger, older.id, { type: 'supersede', by, next }, actor);
  if (!moved.ok) throw new Error(`change #${older.no} waits, but was not superseded: ${moved.error.no}`);
};

/** What there would be without those that make room. */
const without = ({ open, open_per_person, per_minute }: Load, leaving: number): Load => ({
  open: open - leaving,
  open_per_person: open_per_person - leaving,
  per_minute,
});

/**
 * Opens what somebody asks for, within the caps. What the same person asked before to have done with the same target, and what
 * has not begun, is withdrawn for it in the same transaction; its votes count for nothing here. What somebody else asked
 * for stays, unless it is exactly this: then that one is there to be agreed to.
 */
export const openAsked = (
  ledger: Ledger,
  opening: Opening,
  { caps, actor }: { readonly caps: Caps; readonly actor: AuditActor },
): Result<Asked, Refusal> =>
  immediate(ledger.db, () => {
    const { requester } = opening;
    const beside = openFor(ledger, targetKey(opening.target)).filter(waits);
    const equal = beside.find((other) => other.requester !== requester && isEqual(opening, other));
    if (equal) return no({ no: 'already-asked', change: equal.no });
    const superseded = beside.filter((other) => other.requester === requester && isSameDeed(opening, other));
    const cap = capReached(caps, without(loadOf(ledger, requester), superseded.length));
    if (cap) return no({ no: 'capped', cap, most: caps[cap] });
    const change = openChange(ledger, opening, actor);
    for (const older of superseded) supersede(ledger, older, { change, actor });
    return ok({ change, superseded });
  });
