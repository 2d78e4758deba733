import { ACTIONS } from '#policies/actions';
import { no, ok } from '#policies/result';
import { effectOfRules } from '../effect-of-rules.ts';
import { rulesOf } from '../rule-sets.ts';
import { putRulesInForce, rulesNow } from '../rules-in-force.ts';
import { waitingRules } from '../rules-seen.ts';
import type { Own, OwnChange } from './own.ts';

const digestIn = ({ params }: OwnChange): string => ACTIONS['rules.change'].args.parse(params).digest;

/**
 * Puts the rules in force that wait as the edited file. What is asked for is one digest: where the file says something else by
 * then, nobody asked for that.
 */
export const rulesChange: Own = {
  basis: (ledger) => [
    { of: 'rules in force', value: rulesNow(ledger)?.digest ?? '' },
    { of: 'edited rules', value: waitingRules(ledger) ?? '' },
  ],
  plan: (ledger, change) => {
    const after = digestIn(change);
    if (waitingRules(ledger) !== after) return no({ no: 'not-waiting' });
    const now = rulesNow(ledger);
    if (!now) return no({ no: 'not-waiting' });
    const effect = effectOfRules(ledger, [now.rules, rulesOf(ledger, after)]);
    return ok({ name: 'rules', effects: [{ kind: 'rules', before: now.digest, after, effect }] });
  },
  perform: (ledger, change, actor) => {
    putRulesInForce(ledger, rulesOf(ledger, digestIn(change)), actor);
  },
};
