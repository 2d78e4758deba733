import type { ActionName } from '../actions.ts';
import { decide } from '../decide/decide.ts';
import type { Decision } from '../decide/decision.ts';
import type { PersonId } from '../ids.ts';
import type { Role } from '../person.ts';
import type { Risk } from '../risk.ts';
import type { Rules } from '../rules/schema.ts';
import type { Trial, Where } from './corpus.ts';
import { differenceOf, mayDiffer } from './difference.ts';
import { boundless, type Effort, spend } from './effort.ts';
import { inGroups } from './in-groups.ts';
import { narrowing } from './narrowed.ts';
import { type Covers, coversBetween, isAtLeastAsStrict } from './strictness.ts';

/** `looser`: something passes that did not, or on weaker terms, whatever else is stricter. `other`: as strict, but told differently. */
export type Direction = 'looser' | 'tighter' | 'other';

/**
 * What becomes different for requests of one kind. `person`: null for anybody of the role. `where`: what is special about the
 * target that shows it, empty where it is so in general. `changes`: the
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

/** Everything about a decision but the ids that spoke; null for a no, whichever it was. Windows hold together, in any order. */
const meaningOf = (decision: Decision): string | null => {
  if (decision.verdict === 'refuse') return null;
  const { rules: _, windows, ...terms } = decision;
  return JSON.stringify({ ...terms, windows: windows.map((window) => JSON.stringify(window)).sort() });
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
  return { action, risk, role: requester.role, person, where, before, after, direction, changes };
};

/** A request for which something becomes different, and what. */
export type Shown = { readonly trial: Trial; readonly row: EffectRow };

/** The same thing said once: the first trial that shows it stands for all. Looser rows first. */
export const gathered = ([old, next]: Both, shown: readonly Shown[]): readonly EffectRow[] => {
  const byKey = Map.groupBy(shown, ({ row }) => keyOf(row));
  return [...byKey.values()]
    .flatMap((same) =>
      same.slice(0, 1).map(({ trial: { request }, row }) => {
        const [before, after] = [decideBy(old, request), decideBy(next, request)];
        return { ...row, before, after, changes: same.flatMap(({ row }) => row.changes) };
      }),
    )
    .toSorted((a, b) => ORDER[a.direction] - ORDER[b.direction]);
};

/** About what two decisions on one request take besides asking each rule, and telling what sets them apart. */
const TELLING = 200;

/** What a rule takes that speaks about a request, to one that is only asked. */
const SPEAKING = 5;

/**
 * Which of these requests show anything, and what, when the second file takes the place of the first. Ends where the effort is
 * spent, with what was found. The rules that spoke are not all in its decisions.
 */
export const differing = (
  files: Both,
  trials: Iterable<Trial>,
  effort: Effort = boundless(),
): readonly Shown[] => {
  const [old, next] = files;
  const ways = { forth: coversBetween(next, old), back: coversBetween(old, next) };
  const difference = differenceOf(files);
  const narrowed = narrowing(files, (rules) => void spend(effort, rules));
  const shown: Shown[] = [];
  for (const trial of trials) {
    if (!spend(effort, difference?.length ?? 0)) break;
    if (!mayDiffer(difference, files, trial.request)) continue;
    const there = narrowed(trial.request);
    if (!spend(effort, TELLING + SPEAKING * (there[0].rules.length + there[1].rules.length))) break;
    const row = rowOf(there, trial, ways);
    if (row) shown.push({ trial, row });
  }
  return shown;
};

/** What becomes different for these requests. */
export const effectDiff = (files: Both, trials: Iterable<Trial>): readonly EffectRow[] =>
  gathered(files, differing(files, trials));
