import { between } from '../calendar/freeze.ts';
import type { DecisionRequest } from '../decide/request.ts';
import type { ChangeId, PersonId, SiteId } from '../ids.ts';
import type { Person } from '../person.ts';
import type { Match } from '../rules/match.ts';
import type { Freeze, Rule, Rules } from '../rules/schema.ts';
import { zoneOf } from '../rules/zone-of.ts';
import { askersOf } from './askers.ts';
import { changedRules } from './difference.ts';
import { type Effort, spend, wholeEffort } from './effort.ts';
import { fieldsOf, mentionedIn } from './mentioned.ts';
import { type Setting, viewsOf, type Wish, wishedRequests } from './wish.ts';

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

const distinct = (files: readonly Rules[]): readonly Rule[] => [
  ...new Map(files.flatMap(({ rules }) => rules).map((rule) => [JSON.stringify(rule), rule])).values(),
];

/** Every two rules that may meet, one of them changed; cut short where there are too many. */
function* pairs(some: readonly Rule[], all: readonly Rule[], effort: Effort): Generator<Wish> {
  let left = MOST_PAIRS;
  for (const rule of some)
    for (const other of all) {
      if (!spend(effort, 1)) return;
      if (other === rule || !mayMeet(rule.match, other.match)) continue;
      if (left === 0) effort.cut = true; // one more than is tried tells that some are left out
      if (effort.cut) return;
      left -= 1;
      yield { matches: [rule.match, other.match] };
    }
}

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

/** What requests are wanted for, in the order in which they are tried. */
export function* wishesOf(files: readonly [Rules, Rules], at: number, effort: Effort): Generator<Wish> {
  const all = distinct(files);
  const some = changedRules(files);
  yield { matches: [] };
  for (const { match } of all) yield { matches: [match] };
  yield* freezeWishes(files, at);
  yield* unknownWishes(some, files);
  yield* pairs(some, all, effort);
}

/** What all wishes of two files share, before the first of them. */
export const settingOf = (files: readonly [Rules, Rules], base: CorpusBase, effort: Effort): Setting => ({
  mentioned: mentionedIn(files),
  askers: askersOf(files, base),
  views: viewsOf(files),
  base,
  effort,
  seen: new Map(),
});

/**
 * Requests over the whole catalogue that reach every rule of two files (of one: give it twice): each action by everybody whose
 * kind a file tells apart, about a guest that no rule knows and about what each rule, and each changed rule together with any
 * other, is about; with each fact unknown that a rule looks at; and at each end of a freeze. Each request once. Where the effort
 * is spent it ends, cut.
 */
export function* trialsOf(
  files: readonly [Rules, Rules],
  base: CorpusBase,
  effort: Effort,
): Generator<Trial> {
  const setting = settingOf(files, base, effort);
  for (const wish of wishesOf(files, base.at, effort)) {
    if (effort.cut) return;
    yield* wishedRequests(wish, setting);
  }
}

/** `whole`: false where so much was changed at once that not every meeting of two rules could be tried. */
export type Corpus = { readonly trials: readonly Trial[]; readonly whole: boolean };

/** All of these requests. */
export const corpusOf = (files: readonly [Rules, Rules], base: CorpusBase): Corpus => {
  const effort = wholeEffort();
  const trials = [...trialsOf(files, base, effort)];
  return { trials, whole: !effort.cut };
};
