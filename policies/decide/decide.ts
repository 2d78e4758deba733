import { ACTIONS } from '../actions.ts';
import { matchSlots } from '../change/slots.ts';
import { fits, type Need, slotsOf } from '../change/vote.ts';
import { atLeast, type Person, ROLES, type Role } from '../person.ts';
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

/** All needs together: those of the same kind by the larger count, in one order. */
const together = (all: readonly Need[]): Need[] => {
  const needs = new Map<string, Need>();
  for (const need of all) {
    const key = 'role' in need ? `role ${need.role}` : `group ${need.group}`;
    const other = needs.get(key);
    if (other === undefined || need.count > other.count) needs.set(key, need);
  }
  return [...needs.values()].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
};

/** The strictest of each kind: needs by the larger count, the shortest times. */
const strictest = (rules: readonly Asking[]): { needs: Need[]; expires: number; voteValidFor: number } => {
  const shortest = (times: readonly (number | undefined)[], otherwise: number): number =>
    Math.min(otherwise, ...times.filter((time) => time !== undefined));
  return {
    needs: together(rules.flatMap((rule) => rule.need)),
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

type Asked = Extract<Decision, { needs: unknown }>;

/** How many people of at least this role a decision asks for by role. */
const countFrom = ({ needs }: Asked, least: Role): number =>
  needs.reduce((sum, need) => sum + ('role' in need && atLeast(need.role, least) ? need.count : 0), 0);

/**
 * Needs that fill those of both: one person stands for a place in each, so roles by the larger count from the strongest
 * down, and each group by the larger count.
 */
const bothNeeds = (a: Asked, b: Asked): Need[] => {
  let stronger = 0;
  const roles = ROLES.toReversed().map((role): Need => {
    const count = Math.max(countFrom(a, role), countFrom(b, role)) - stronger;
    stronger += count;
    return { count, role };
  });
  const groups = [...a.needs, ...b.needs].filter((need) => 'group' in need);
  return together([...roles.filter(({ count }) => count > 0), ...groups]);
};

/** What two decisions about the same request come to: a no of either, else the needs of both and the shorter times. */
export const stricter = (a: Decision, b: Decision): Decision => {
  if (a.verdict === 'refuse') return a;
  if (b.verdict === 'refuse') return b;
  const needs = bothNeeds(a, b);
  return {
    verdict: needs.length === 0 ? 'allow' : 'ask',
    needs,
    expires: Math.min(a.expires, b.expires),
    voteValidFor: Math.min(a.voteValidFor, b.voteValidFor),
    rules: [...new Set([...a.rules, ...b.rules])],
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
