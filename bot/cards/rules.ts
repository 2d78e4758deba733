import type { RulesEffect } from '#policies/review/rules-effect';
import type { Rules } from '#policies/rules/schema';
import type { Card, Line } from '../chat/card.ts';
import { complaintText } from './complaint.ts';
import { effectRows } from './effect.ts';
import { type DiffRoom, fileLines, fitted } from './fitted.ts';
import { page } from './look.ts';
import { matchText, ruleText } from './rule.ts';
import { windowTimes } from './window.ts';
import { code, listed, outside, plain, type Words, when } from './words.ts';

/** The digest of rules as people compare it. */
export const shortDigest = (digest: string) => code(digest.slice(0, 12));

/** What of the rule file does not hold: rules that wait, or why it cannot be read. `at` in ms. */
export type FileState =
  | { readonly file: 'in-force' }
  | { readonly file: 'waiting'; readonly digest: string; readonly at: number; readonly effect: RulesEffect }
  | {
      readonly file: 'broken';
      readonly at: number;
      readonly complaints: readonly Parameters<typeof complaintText>[1][];
    };

/** All that the card of the rules is drawn from. `since` in ms. */
export type RulesView = {
  readonly rules: Rules;
  readonly digest: string;
  readonly since: number;
  readonly by: string;
  readonly builtIn: boolean;
  readonly state: FileState;
};

/** So many lines of what a file would change stand in the card; `/rules apply` shows all of it. */
const MOST_EFFECT = 10;

const modeLine = (words: Words, { mode, sites }: Rules): Line => {
  const own = Object.entries(sites).map(([site, { mode: of }]): Line => [outside(`${site} ${of}`)]);
  return words.say('rules.mode', { mode: listed([mode, ...own]) });
};

/** The first lines of an effect, and how many more there are. */
export const effectCut = (words: Words, { rows, beyond }: RulesEffect, only?: 'looser'): readonly Line[] => {
  const lines = [
    ...effectRows(
      words,
      rows.filter(({ direction }) => only === undefined || direction === only),
    ),
    ...beyond.map((section) => words.say('effect.beyond', { section: outside(section) })),
  ];
  const more = lines.length - MOST_EFFECT;
  return more > 0 ? [...lines.slice(0, MOST_EFFECT), words.say('rules.more', { count: more })] : lines;
};

const stateLines = (words: Words, { state }: RulesView): readonly Line[] => {
  if (state.file === 'in-force') return [];
  if (state.file === 'broken')
    return [
      words.say('rules.broken', { when: when(state.at) }),
      ...state.complaints.map((one) => complaintText(words, one)),
    ];
  const { digest, at, effect } = state;
  return [
    words.say('rules.waiting', { digest: [shortDigest(digest)], when: when(at) }),
    ...effectCut(words, effect, 'looser'),
    words.say('rules.apply', { typed: [code('/rules apply')] }),
  ];
};

const calendar = (words: Words, { windows, freezes, zone }: Rules): readonly Line[] => [
  ...Object.entries(windows).map(([name, window]) =>
    words.say('rules.window', {
      name: outside(name),
      times: outside(`${windowTimes(window)} ${zone ?? ''}`.trim()),
    }),
  ),
  ...freezes.map(({ id, from, until, match, reason }) =>
    words.say('rules.freeze', {
      id: outside(id),
      from: outside(from),
      until: outside(`${until} ${zone ?? ''}`.trim()),
      what: match ? outside(matchText(match)) : words.say('freeze.everywhere'),
      reason: outside(reason),
    }),
  ),
];

type Drawing = { readonly room: DiffRoom; readonly sha256: (text: string) => string };

/** The rules in force, one line each, and what the rule file says besides. */
export const rulesCard = (words: Words, view: RulesView, { room, sha256 }: Drawing): Card => {
  const { rules, digest, since, by, builtIn } = view;
  const lead = words.say(builtIn ? 'rules.lead-built-in' : 'rules.lead', {
    digest: [shortDigest(digest)],
    when: when(since),
    by: outside(by),
  });
  const lines = [...rules.rules.map((rule) => ruleText(words, rule)), ...calendar(words, rules)];
  const text = lines.map((line) => plain(line).replace(/[\r\n\t]+/g, ' '));
  const shown = fitted(text.join('\n'), 'rules.txt', { room, sha256 });
  const left = text.length - (shown.diff?.split('\n').length ?? 0);
  const cut = shown.attachment ? [words.say('rules.more', { count: left }), ...fileLines(words, shown)] : [];
  const none = rules.rules.length === 0 ? [words.say('rules.none')] : [];
  const must = [modeLine(words, rules), ...stateLines(words, view), ...none, ...cut];
  const card = page(view.state.file === 'in-force' && !builtIn ? 'neutral' : 'waiting', lead, must);
  return text.length === 0 ? card : { ...card, diff: shown.diff, attachment: shown.attachment };
};
