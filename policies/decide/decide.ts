import { ACTIONS } from '../actions.ts';
import { matchSlots } from '../change/slots.ts';
import { fits, type Need, slotsOf } from '../change/vote.ts';
import { atLeast, type Person } from '../person.ts';
import type { Rule, Rules } from '../rules/schema.ts';
import { matches } from './matches.ts';
import type { DecisionRefusal } from './refusal.ts';
import type { DecisionRequest } from './request.ts';

/** How long a plan waits and a vote holds where no rule says (ms). */
export const DEFAULTS = { expires: 30 * 60_000, voteValidFor: 24 * 3_600_000 } as const;

/**
 * What the rules say: no; or who must agree besides the requester (`needs` empty = nobody). `rules` are the ids that
 * spoke, for `/why`. `expires` and `voteValidFor` in ms.
 */
export type Decision =
  | { readonly verdict: 'refuse'; readonly refusal: DecisionRefusal; readonly rules: readonly string[] }
  | {
      readonly verdict: 'allow' | 'ask';
      readonly needs: Need[];
      readonly expires: number;
      readonly voteValidFor: number;
      readonly rules: readonly string[];
    };

const refuse = (refusal: DecisionRefusal, rules: readonly Rule[]): Decision => ({
  verdict: 'refuse',
  refusal,
  rules: rules.map((rule) => rule.id),
});

type Asking = Extract<Rule, { need: unknown }>;
const asks = (rule: Rule): rule is Asking => 'need' in rule;

/** The strictest of each kind: needs of the same kind by the larger count, the shortest times. */
const strictest = (rules: readonly Asking[]): { needs: Need[]; expires: number; voteValidFor: number } => {
  const needs = new Map<string, Need>();
  for (const need of rules.flatMap((rule) => rule.need)) {
    const key = 'role' in need ? `role ${need.role}` : `group ${need.group}`;
    const other = needs.get(key);
    if (other === undefined || need.count > other.count) needs.set(key, need);
  }
  const shortest = (times: readonly (number | undefined)[], otherwise: number): number =>
    Math.min(otherwise, ...times.filter((time) => time !== undefined));
  return {
    needs: [...needs.values()].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)),
    expires: rules.some((rule) => rule.expires !== undefined)
      ? shortest(
          rules.map((rule) => rule.expires),
          Number.MAX_SAFE_INTEGER,
        )
      : DEFAULTS.expires,
    voteValidFor: shortest(
      rules.map((rule) => rule.vote_valid_for),
      DEFAULTS.voteValidFor,
    ),
  };
};

/**
 * Who must agree to this request. All matching rules apply together and order has no meaning: deny beats everything,
 * needs add up by their strictest, no matching rule means no, and so does a rule whose facts are unknown.
 */
export const decide = (rules: Rules, request: DecisionRequest): Decision => {
  const { requester, action } = request;
  if (requester.disabled) return refuse({ no: 'requester-disabled' }, []);
  if (!atLeast(requester.role, ACTIONS[action].who))
    return refuse({ no: 'role-too-low', role: requester.role, needs: ACTIONS[action].who }, []);

  const judged = rules.rules.map((rule) => ({ rule, verdict: matches(rule.match, request) }));
  const unknown = judged.filter(({ verdict }) => verdict === 'unknown').map(({ rule }) => rule);
  const matching = judged.filter(({ verdict }) => verdict === true).map(({ rule }) => rule);

  const denying = matching.find((rule) => !asks(rule));
  if (denying && 'deny' in denying)
    return refuse({ no: 'denied', rule: denying.id, text: denying.deny }, [denying]);
  if (unknown[0]) return refuse({ no: 'fact-unknown', rule: unknown[0].id }, unknown);
  const asking = matching.filter(asks);
  if (asking.length === 0) return refuse({ no: 'no-rule' }, []);
  const outranked = asking.find((rule) => rule.who && !atLeast(requester.role, rule.who.role));
  if (outranked?.who)
    return refuse({ no: 'role-too-low', role: requester.role, needs: outranked.who.role }, [outranked]);

  const strict = strictest(asking);
  return {
    verdict: strict.needs.length === 0 ? 'allow' : 'ask',
    ...strict,
    rules: asking.map((rule) => rule.id),
  };
};

/** Could these people fill every slot without the requester? Asked before anybody is bothered. */
export const canBeMet = (needs: readonly Need[], people: readonly Person[], requester: Person): boolean => {
  const slots = slotsOf(needs);
  const others = people.filter((person) => person.id !== requester.id && !person.disabled);
  const filled = matchSlots(slots.length, others.length, (slot, voter) => {
    const need = slots[slot];
    const person = others[voter];
    return need !== undefined && person !== undefined && fits(person, need);
  });
  return filled.every((voter) => voter !== -1);
};
