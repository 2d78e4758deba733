import type { Finding } from '#policies/review/lint/finding';
import type { Line } from '../chat/card.ts';
import { spanText } from './decision.ts';
import { needsText } from './refusal.ts';
import { outside, type Words } from './words.ts';

type Of<L extends Finding['lint']> = Extract<Finding, { lint: L }>;

const all = (names: readonly string[]) => outside(names.join(', '));

const TEXTS: { readonly [L in Finding['lint']]: (words: Words, finding: Of<L>) => Line } = {
  'never-matches': (words, { rule, fields }) =>
    words.say('lint.never-matches', { rule: outside(rule), fields: fields.join(', ') }),
  shadowed: (words, { rule, by, unless }) => {
    const values = { rule: outside(rule), by: outside(by), fields: unless.join(', ') };
    return words.say(unless.length === 0 ? 'lint.shadowed' : 'lint.shadowed-unless', values);
  },
  'cannot-be-met': (words, { rules, needs, requesters }) =>
    words.say('lint.cannot-be-met', {
      rules: all(rules),
      needs: needsText(words, needs),
      people: all(requesters),
    }),
  'unknown-member': (words, { group, person }) =>
    words.say('lint.unknown-member', { group: outside(group), person: outside(person) }),
  'nobody-in-group': (words, { group }) => words.say('lint.nobody-in-group', { group: outside(group) }),
  'nobody-linked': (words, { group }) => words.say('lint.nobody-linked', { group: outside(group) }),
  'viewer-approves': (words, { group, person }) =>
    words.say('lint.viewer-approves', { group: outside(group), person: outside(person) }),
  'look-alike': (words, { people }) => words.say('lint.look-alike', { people: all(people) }),
  'windows-apart': (words, { rules, windows }) =>
    words.say('lint.windows-apart', { rules: all(rules), windows: all(windows) }),
  'expires-beyond-window': (words, { rule, expires, lasts }) =>
    words.say('lint.expires-beyond-window', {
      rule: outside(rule),
      expires: spanText(words, expires),
      lasts: spanText(words, lasts),
    }),
  'votes-grow-stale': (words, { rule, holds, waits }) =>
    words.say('lint.votes-grow-stale', {
      rule: outside(rule),
      holds: spanText(words, holds),
      waits: spanText(words, waits),
    }),
  'dangerous-allow': (words, { rules, actions, risk }) =>
    words.say('lint.dangerous-allow', {
      rules: all(rules),
      actions: actions.join(', '),
      risk: words.say(`risk.${risk}`),
    }),
  'alone-among-admins': (words, { rule, admins }) =>
    words.say('lint.alone-among-admins', { rule: outside(rule), people: all(admins) }),
  'rules-locked': (words) => words.say('lint.rules-locked'),
  'only-tags': (words, { rule }) => words.say('lint.only-tags', { rule: outside(rule) }),
};

/** What looks wrong in a rule file, in words. */
export const findingText = (words: Words, finding: Finding): Line => {
  // The table has a row for each kind of finding, for exactly that kind.
  const say = TEXTS[finding.lint] as (words: Words, finding: Finding) => Line;
  return say(words, finding);
};
