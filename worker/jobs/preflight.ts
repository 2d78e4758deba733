import type { Check, CheckState } from '#policies/check';
import type { Plan } from '#policies/plan';
import type { Drift } from '#policies/report';
import { ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { draftOf } from './draft.ts';
import type { Worker } from './worker.ts';

/** From what may run to what may not. */
const STATES: readonly CheckState[] = ['ok', 'warn', 'unknown', 'stop'];

const rank = ({ state }: Check): number => STATES.indexOf(state);

/** The worst that the checks of one kind say; some kinds stand there once for each file or rule. */
const worstOf = (checks: readonly Check[]): ReadonlyMap<Check['check'], Check> => {
  const worst = new Map<Check['check'], Check>();
  for (const check of checks) {
    const before = worst.get(check.check);
    if (!before || rank(check) > rank(before)) worst.set(check.check, check);
  }
  return worst;
};

const listText = ({ undoes }: Pick<Plan, 'undoes'>): string =>
  undoes?.changes.map(({ change }) => change).join(' ') ?? '';

/** An undo of several changes takes back those that people were shown: one that was done since is not among them. */
const otherUndoes = (plan: Plan, again: Pick<Plan, 'undoes'>): Drift[] =>
  listText(plan) === listText(again)
    ? []
    : [{ of: 'changes to take back', planned: listText(plan), now: listText(again) }];

/**
 * The checks of a plan once more, by planning it again: what now says stop is a refusal, and what says worse than people were
 * shown is drift. The basis cannot hold what they are about, because free space and age move by themselves. A script is not
 * rehearsed again: that could come to something else, and what is carried out is what was sealed, which the basis holds whole.
 */
export const preflight = async (worker: Worker, plan: Plan): Promise<Result<Drift[], WorkerRefusal>> => {
  if (plan.action === 'host.script') return ok([]);
  const again = await draftOf(worker, plan);
  if (!again.ok) return again;
  const planned = worstOf(plan.checks);
  return ok([
    ...otherUndoes(plan, again.value),
    ...[...worstOf(again.value.checks).values()].flatMap((now): Drift[] => {
      const before = planned.get(now.check);
      if (before && rank(now) <= rank(before)) return [];
      return [{ of: `check ${now.check}`, planned: before?.state ?? 'none', now: now.state }];
    }),
  ]);
};
