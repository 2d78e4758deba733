import type { Change } from '#policies/change/change';
import type { OwnPlan } from '#policies/own-plan';
import type { StateRefusal } from '#policies/refusal';
import type { Result } from '#policies/result';
import { digestOf } from '../../canonical.ts';
import { immediate } from '../../open.ts';
import { apply, PLANNING_TIME } from '../changes.ts';
import type { Ledger } from '../ledger.ts';
import type { Approved } from '../ticket-for.ts';
import { isOwnChange } from './own.ts';
import { OWN } from './table.ts';

const SYSTEM = { system: 'ledger' } as const;

/**
 * Carries out an agreed change of Quorate itself: its start, what it does and its end are one transaction, so that it is done
 * once or not at all. Where anything that the plan relied on is different now, it goes back to planning and the votes are void.
 */
export const carryOut = (
  ledger: Ledger,
  change: Approved,
  { basis }: OwnPlan,
): Result<Change, StateRefusal> =>
  immediate(ledger.db, () => {
    const { id, requester, state } = change;
    if (!isOwnChange(change)) throw new Error(`change ${id} is a worker's, and its plan is not`);
    const { plan } = state;
    const at = ledger.now();
    const started = apply(ledger, id, { type: 'start', plan, at, keeping: null }, SYSTEM);
    if (!started.ok) return started;
    const own = OWN[change.action];
    if (digestOf([...own.basis(ledger, change)]) !== digestOf(basis))
      return apply(ledger, id, { type: 'stale', plan, until: at + PLANNING_TIME }, SYSTEM);
    own.perform(ledger, change, { person: requester });
    return apply(ledger, id, { type: 'finish', outcome: { end: 'succeeded', seen: [], upids: [] } }, SYSTEM);
  });
