import { decide } from '#policies/decide/decide';
import type { Decision } from '#policies/decide/decision';
import type { Trial } from '#policies/review/corpus';
import { coversBetween, isAtLeastAsStrict } from '#policies/review/strictness';
import type { Rules } from '#policies/rules/schema';

const inGroupsOf = ({ groups }: Rules, { request }: Trial) => ({
  ...request,
  requester: {
    ...request.requester,
    groups: Object.keys(groups).filter((group) => groups[group]?.includes(request.requester.id)),
  },
});

const meaning = (decision: Decision): string =>
  decision.verdict === 'refuse'
    ? 'no'
    : JSON.stringify({
        ...decision,
        rules: [],
        windows: decision.windows.map((window) => JSON.stringify(window)).sort(),
      });

/**
 * What becomes different for each request, by two whole decisions on it and nothing else: no request is skipped and no rule left
 * out. As one text a row, of everything that the row says.
 */
export const effectTheLongWay = (
  [old, next]: readonly [Rules, Rules],
  trials: readonly Trial[],
): string[] => {
  const [forth, back] = [coversBetween(next, old), coversBetween(old, next)];
  const rows = new Map<string, { shown: object; changes: number[] }>();
  for (const trial of trials) {
    const { request, person, where, change } = trial;
    const [before, after] = [decide(old, inGroupsOf(old, trial)), decide(next, inGroupsOf(next, trial))];
    const isLooser = !isAtLeastAsStrict(after, before, forth);
    const isTighter = !isLooser && !isAtLeastAsStrict(before, after, back);
    if (!isLooser && !isTighter && meaning(before) === meaning(after)) continue;
    const direction = isLooser ? 'looser' : isTighter ? 'tighter' : 'other';
    const { action, risk, requester } = request;
    const kind = { action, risk, role: requester.role, person, direction };
    const key = JSON.stringify([kind, meaning(before), meaning(after)]);
    const row = rows.get(key) ?? { shown: { ...kind, where, before, after }, changes: [] };
    if (change) row.changes.push(change.no);
    rows.set(key, row);
  }
  return [...rows.values()].map((row) => textOf({ ...row.shown, changes: row.changes })).sort();
};

/** A row as one text, whatever the order of its keys. */
export const textOf = (row: object): string =>
  JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
