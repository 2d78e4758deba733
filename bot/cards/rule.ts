import type { Match } from '#policies/rules/match';
import type { AskingRule, Rule } from '#policies/rules/schema';
import type { Line } from '../chat/card.ts';
import { spanText } from './decision.ts';
import { needsText } from './refusal.ts';
import { listed, outside, type Words } from './words.ts';

type Ranges = NonNullable<Match['vmid']>;
const rangesText = (ranges: Ranges): string =>
  ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(', ');

const valueText = (value: unknown): string =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')
    ? value.join(', ')
    : JSON.stringify(value);

const factsText = (facts: NonNullable<Match['fact']>): string =>
  Object.entries(facts)
    .map(([name, answers]) => `${name} ${valueText(answers)}`)
    .join(', ');

/** What a rule or a freeze is about, by the keys and values of the file. */
export const matchText = ({ vmid, fact, ...lists }: Match): string =>
  [
    ...Object.entries(lists).flatMap(([field, value]) =>
      value === undefined ? [] : [`${field} ${valueText(value)}`],
    ),
    ...(vmid ? [`vmid ${rangesText(vmid)}`] : []),
    ...(fact ? [factsText(fact)] : []),
  ].join('; ');

const whoText = (words: Words, { who }: AskingRule): readonly Line[] => {
  if (who === undefined) return [];
  return 'role' in who
    ? [words.say('rules.who-role', { role: words.say(`role.${who.role}`) })]
    : [words.say('rules.who-group', { group: outside(who.group) })];
};

const timesOf = (words: Words, rule: AskingRule): readonly Line[] => [
  ...(rule.cooldown ? [words.say('term.cooldown', { time: spanText(words, rule.cooldown) })] : []),
  ...(rule.expires ? [words.say('term.expires', { time: spanText(words, rule.expires) })] : []),
  ...(rule.vote_valid_for ? [words.say('term.vote', { time: spanText(words, rule.vote_valid_for) })] : []),
  ...(rule.window === undefined ? [] : [words.say('term.windows', { windows: outside(rule.window) })]),
];

const SAID = 'id match need alone who cooldown expires vote_valid_for window reason confirm'.split(' ');

/** Terms that have no words here stand as they are written. */
const restOf = (rule: AskingRule): readonly Line[] =>
  Object.entries(rule)
    .filter(([key, value]) => !SAID.includes(key) && value !== undefined)
    .map(([key, value]) => [outside(`${key} ${valueText(value)}`)]);

const askingText = (words: Words, rule: AskingRule): Line => {
  const needs = rule.need.length === 0 ? words.say('term.nobody') : needsText(words, rule.need);
  return listed([
    words.say(rule.alone ? 'rules.alone' : 'rules.needs', { needs }),
    ...whoText(words, rule),
    ...timesOf(words, rule),
    ...(rule.reason ? [words.say('rules.reason')] : []),
    ...(rule.confirm ? [words.say('rules.confirm')] : []),
    ...restOf(rule),
  ]);
};

/** One rule in one line: its id, what it is about, who may ask, who must agree and on which other terms. */
export const ruleText = (words: Words, rule: Rule): Line => {
  const values = { id: outside(rule.id), match: outside(matchText(rule.match)) };
  const terms =
    'deny' in rule ? words.say('rules.deny', { text: outside(rule.deny) }) : askingText(words, rule);
  return words.say('rules.rule', { ...values, terms });
};
