import { ACTIONS } from '#policies/actions';
import type { OwnRefusal } from '#policies/own-refusal';
import { no, ok, type Result } from '#policies/result';
import { effectOfRules } from '../effect-of-rules.ts';
import type { Ledger } from '../ledger.ts';
import { rulesOf } from '../rule-sets.ts';
import { putRulesInForce, rulesNow } from '../rules-in-force.ts';
import { waitingRules } from '../rules-seen.ts';
import { modesText, performMode, planMode } from './mode-change.ts';
import type { Own, OwnChange, OwnPart } from './own.ts';

const askedIn = ({ params }: OwnChange) => ACTIONS['rules.change'].args.parse(params);

const planRules = (ledger: Ledger, after: string): Result<OwnPart, OwnRefusal> => {
  if (waitingRules(ledger) !== after) return no({ no: 'not-waiting' });
  const now = rulesNow(ledger);
  if (!now) return no({ no: 'not-waiting' });
  const effect = effectOfRules(ledger, [now.rules, rulesOf(ledger, after)]);
  return ok({ name: 'rules', effects: [{ kind: 'rules', before: now.digest, after, effect }] });
};

/**
 * Puts the rules in force that wait as the edited file, or loosens the mode that was set in chat. What is asked for is one digest, or
 * one mode: where the file or the modes say something else by then, nobody asked for that.
 */
export const rulesChange: Own = {
  basis: (ledger) => [
    { of: 'rules in force', value: rulesNow(ledger)?.digest ?? '' },
    { of: 'edited rules', value: waitingRules(ledger) ?? '' },
    { of: 'modes', value: modesText(ledger) },
  ],
  plan: (ledger, change) => {
    const asked = askedIn(change);
    return 'digest' in asked ? planRules(ledger, asked.digest) : planMode(ledger, asked);
  },
  perform: (ledger, change, actor) => {
    const asked = askedIn(change);
    if ('digest' in asked) putRulesInForce(ledger, rulesOf(ledger, asked.digest), actor);
    else performMode(ledger, change, { set: asked, actor });
  },
};
