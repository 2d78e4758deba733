import { DEFAULTS, grant } from '#policies/decide/decision';
import { strictest } from '#policies/decide/terms';
import type { Rules } from '#policies/rules/schema';
import type { Line } from '../chat/card.ts';
import { outcomeText } from './decision.ts';
import { outside, type Words } from './words.ts';

/** Terms that ask for nothing but what holds anyway: only what differs from them is said of a rule. */
const PLAIN = grant(
  {
    needs: [],
    ...DEFAULTS,
    cooldown: 0,
    reason: false,
    confirm: false,
    secondFactor: false,
    alone: false,
    windows: [],
    revert: null,
    glass: null,
  },
  [],
);

const ruleLine = (words: Words, rules: Rules, rule: Rules['rules'][number]): Line =>
  'deny' in rule
    ? words.say('rule.denies', { rule: outside(rule.id), text: outside(rule.deny) })
    : words.say('rule.asks', {
        rule: outside(rule.id),
        what: outcomeText(words, grant({ ...strictest([rule], rules), glass: null }, []), PLAIN),
      });

/** Each rule that spoke, with what it alone asks for. */
export const ruleLines = (words: Words, rules: Rules, spoke: readonly string[]): readonly Line[] =>
  rules.rules.filter(({ id }) => spoke.includes(id)).map((rule) => ruleLine(words, rules, rule));
