import type { ActionName } from '../actions.ts';
import { decide } from '../decide/decide.ts';
import type { Decision } from '../decide/decision.ts';
import type { PersonId } from '../ids.ts';
import type { Role } from '../person.ts';
import type { Risk } from '../risk.ts';
import type { Rules } from '../rules/schema.ts';
import type { Trial, Where } from './corpus.ts';
import { inGroups } from './in-groups.ts';
import { type Covers, coversBetween, isAtLeastAsStrict } from './strictness.ts';

/** `looser`: something passes that did not, or on weaker terms, whatever else is stricter. `other`: as strict, but told differently. */
export type Direction = 'looser' | 'tighter' | 'other';

/**
 * What becomes different for requests of one kind. `person`: null for anybody of the role. `where`: what is special about the
 * target that shows it, empty where it is so in general. `trials`: how many requests of the corpus show it. `changes`: the
 * numbers of recorded changes among them.
 */
export type EffectRow = {
  readonly action: ActionName;
  readonly risk: Risk;
  readonly role: Role;
  readonly person: PersonId | null;
  readonly where: Where;
  readonly before: Decision;
  readonly after: Decision;
  readonly direction: Direction;
  readonly trials: number;
  readonly changes: readonly number[];
};

type Both = readonly [old: Rules, next: Rules];

/** What the rules of a file say to a request, its requester in the groups of that file. */
export const decideBy = (rules: Rules, request: Trial['request']): Decision =>
  decide(rules, { ...request, requester: inGroups(request.requester, rules) });

type Ways = { readonly forth: Covers; readonly back: Covers };

/** Where the second decision leads from the first; null where nothing becomes different. */
const directionOf = (before: Decision, after: Decision, { forth, back }: Ways): Direction | null => {
  if (!isAtLeastAsStrict(after, before, forth)) return 'looser';
  if (!isAtLeastAsStrict(before, after, back)) return 'tighter';
  return meaningOf(before) === meaningOf(after) ? null : 'other';
};

/** Everything about a decision but the ids that spoke, and which no it was. */
const meaningOf = (decision: Decision): string => {
  const { rules: _, ...said } = decision;
  return said.verdict === 'refuse' ? said.verdict : JSON.stringify(said);
};

const keyOf = ({ action, risk, role, person, before, after, direction }: EffectRow): string =>
  JSON.stringify([action, risk, role, person, direction, meaningOf(before), meaningOf(after)]);

const ORDER: { readonly [D in Direction]: number } = { looser: 0, tighter: 1, other: 2 };

const rowOf = ([old, next]: Both, { request, ...trial }: Trial, ways: Ways): EffectRow | null => {
  const [before, after] = [decideBy(old, request), decideBy(next, request)];
  const direction = directionOf(before, after, ways);
  if (direction === null) return null;
  const { action, risk, requester } = request;
  const { person, where } = trial;
  const changes = trial.change ? [trial.change.no] : [];
  return { action, risk, role: requester.role, person, where, before, after, direction, trials: 1, changes };
};

/** The same thing said once: the first trial that shows it stands for all. */
const gathered = (rows: readonly EffectRow[]): readonly EffectRow[] => {
  const byKey = new Map<string, EffectRow>();
  for (const row of rows) {
    const key = keyOf(row);
    const known = byKey.get(key);
    byKey.set(
      key,
      known ? { ...known, trials: known.trials + 1, changes: [...known.changes, ...row.changes] } : row,
    );
  }
  return [...byKey.values()];
};

/** What becomes different for these requests when the second file takes the place of the first; looser rows first. */
export const effectDiff = (files: Both, corpus: readonly Trial[]): readonly EffectRow[] => {
  const [old, next] = files;
  const ways = {
    forth: coversBetween(next, old),
    back: coversBetween(old, next),
  };
  const rows = corpus.flatMap((trial) => rowOf(files, trial, ways) ?? []);
  return gathered(rows).toSorted((a, b) => ORDER[a.direction] - ORDER[b.direction]);
};
