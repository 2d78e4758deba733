import { between } from '../calendar/freeze.ts';
import type { DecisionRequest } from '../decide/request.ts';
import type { ChangeId, PersonId, SiteId } from '../ids.ts';
import type { Person } from '../person.ts';
import type { Match } from '../rules/match.ts';
import type { Freeze, Rule, Rules } from '../rules/schema.ts';
import { zoneOf } from '../rules/zone-of.ts';
import { askersOf } from './askers.ts';
import { fieldsOf, mentionedIn } from './mentioned.ts';
import { type Wish, wishedRequests } from './wish.ts';

/** What a made-up request differs in from one about a guest that no rule knows. */
export type Where = { readonly [field: string]: string };

/**
 * A request that rule files are tried on. `person`: whose it is, null for anybody of the role. `where`: what is special about it.
 * `change`: the recorded change that it was, or null for a made-up one.
 */
export type Trial = {
  readonly request: DecisionRequest;
  readonly person: PersonId | null;
  readonly where: Where;
  readonly change: { readonly id: ChangeId; readonly no: number } | null;
};

/**
 * What a corpus is made for: the site that requests are about, the moment (ms), and the people there are. `everybody`: each of
 * them asks, not only those whom a file tells apart.
 */
export type CorpusBase = {
  readonly site: SiteId;
  readonly at: number;
  readonly people: readonly Person[];
  readonly everybody?: boolean;
};

/** Two rules of large files could meet in millions of ways; so many pairs are tried, those of changed rules. */
const MOST_PAIRS = 2000;

const LISTS = ['action', 'risk', 'role', 'mode', 'site', 'node', 'pool', 'platform'] as const;

/** Can one request fit both, as far as fields of one value say? */
const mayMeet = (a: Match, b: Match): boolean =>
  LISTS.every((field) => {
    const [mine, other]: (readonly string[] | undefined)[] = [a[field], b[field]];
    return mine === undefined || other === undefined || mine.some((one) => other.includes(one));
  });

const textOf = (rule: Rule): string => JSON.stringify(rule);

/** Rules that are in one of the files only, as they are written there. */
const changed = ([old, next]: readonly [Rules, Rules]): readonly Rule[] => {
  const [before, after] = [new Set(old.rules.map(textOf)), new Set(next.rules.map(textOf))];
  return [
    ...old.rules.filter((rule) => !after.has(textOf(rule))),
    ...next.rules.filter((rule) => !before.has(textOf(rule))),
  ];
};

const distinct = (files: readonly Rules[]): readonly Rule[] => [
  ...new Map(files.flatMap(({ rules }) => rules).map((rule) => [textOf(rule), rule])).values(),
];

const pairs = (some: readonly Rule[], all: readonly Rule[]): readonly Wish[] => {
  const wishes: Wish[] = [];
  for (const rule of some)
    for (const other of all) {
      if (wishes.length > MOST_PAIRS) return wishes; // one more than is tried tells that some are left out
      if (other !== rule && mayMeet(rule.match, other.match))
        wishes.push({ matches: [rule.match, other.match] });
    }
  return wishes;
};

const timesOf = (freeze: Freeze, file: Rules): readonly number[] => {
  const { from, until } = between(freeze, zoneOf(file));
  return [from, until];
};

/** The moments at which a freeze of a file begins or ends, from now on: in between nothing changes. */
const freezeWishes = (files: readonly Rules[], at: number): readonly Wish[] => {
  const times = files.flatMap((file) => file.freezes.flatMap((freeze) => timesOf(freeze, file)));
  const later = [...new Set(times)].filter((time) => time > at);
  const about = files.flatMap(({ freezes }) => freezes.flatMap(({ match }) => (match ? [match] : [])));
  return later.flatMap((time) => [
    { matches: [], at: time },
    ...about.map((match) => ({ matches: [match], at: time })),
  ]);
};

const unknownWishes = (rules: readonly Rule[], files: readonly Rules[]): readonly Wish[] => {
  const looks = fieldsOf(files);
  return looks.flatMap((unknown) => [
    { matches: [], unknown },
    ...rules.map((rule) => ({ matches: [rule.match], unknown })),
  ]);
};

const wishesOf = (
  files: readonly [Rules, Rules],
  at: number,
): { wishes: readonly Wish[]; whole: boolean } => {
  const all = distinct(files);
  const some = changed(files);
  const meeting = pairs(some, all);
  const wishes = [
    { matches: [] },
    ...all.map(({ match }) => ({ matches: [match] })),
    ...freezeWishes(files, at),
    ...unknownWishes(some, files),
    ...meeting.slice(0, MOST_PAIRS),
  ];
  return { wishes, whole: meeting.length <= MOST_PAIRS };
};

/** `whole`: false where so much was changed at once that not every meeting of two rules could be tried. */
export type Corpus = { readonly trials: readonly Trial[]; readonly whole: boolean };

/**
 * Requests over the whole catalogue that reach every rule of two files (of one: give it twice): each action by everybody whose
 * kind a file tells apart, about a guest that no rule knows and about what each rule, and each changed rule together with any
 * other, is about; with each fact unknown that a rule looks at; and at each end of a freeze.
 */
export const corpusOf = (files: readonly [Rules, Rules], base: CorpusBase): Corpus => {
  const mentioned = mentionedIn(files);
  const askers = askersOf(files, base);
  const { wishes, whole } = wishesOf(files, base.at);
  const setting = { mentioned, askers, files, base };
  return { trials: wishes.flatMap((wish) => wishedRequests(wish, setting)), whole };
};
