import { ACTIONS } from '#policies/actions';
import { type ChangeId, PlanHash } from '#policies/ids';
import type { Json } from '#policies/json';
import type { OwnPlan } from '#policies/own-plan';
import { higherRisk } from '#policies/risk';
import { digestOf } from '../../canonical.ts';
import { immediate } from '../../open.ts';
import type { Authority } from '../authority.ts';
import { changeById } from '../change-rows.ts';
import { apply } from '../changes.ts';
import type { Ledger } from '../ledger.ts';
import { startWhenAgreed } from '../start.ts';
import { takePlan } from '../take-plan.ts';
import type { OwnChange, OwnPart } from './own.ts';
import { isOwnChange } from './own.ts';
import { OWN } from './table.ts';

const SYSTEM = { system: 'ledger' } as const;

const wholePlan = (ledger: Ledger, change: OwnChange, part: OwnPart): OwnPlan => {
  const { id, action, target, params } = change;
  const { checks = [], blast = [], undo = { possible: false, why: 'quorate-itself' } } = part;
  return {
    change: id,
    action,
    target,
    params,
    name: part.name,
    basis: [...OWN[action].basis(ledger, change)],
    effects: part.effects,
    checks,
    blast,
    risk: higherRisk(ACTIONS[action].risk, part.risk ?? 'low'),
    undo,
    madeAt: ledger.now(),
  };
};

/**
 * Makes the plan of a change of Quorate itself that waits for one, in the ledger and without touching anything; the rules are
 * asked again, and it begins at once where they ask for nobody. Any other change is left as it is.
 */
export const planOwn = (ledger: Ledger, authority: Authority, id: ChangeId): void =>
  immediate(ledger.db, () => {
    const change = changeById(ledger, id);
    if (!change || !isOwnChange(change) || change.state.state !== 'planning') return;
    const part = OWN[change.action].plan(ledger, change);
    if (!part.ok) {
      apply(ledger, id, { type: 'refused', refusal: part.error }, SYSTEM);
      return;
    }
    const plan = wholePlan(ledger, change, part.value);
    // Plans are plain JSON objects.
    const hash = PlanHash.parse(digestOf(plan as unknown as Json));
    apply(ledger, id, takePlan(ledger, authority, { change, plan, hash }), SYSTEM);
    startWhenAgreed(ledger, authority, id);
  });
