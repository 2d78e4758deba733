import type { Check } from '#policies/check';
import type { Plan } from '#policies/plan';
import type { Drift } from '#policies/report';
import { ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { draft } from './draft.ts';
import type { Worker } from './worker.ts';

/** Several checks may have one name; then the same places are compared. */
const byName = (checks: readonly Check[]): ReadonlyMap<string, readonly Check[]> =>
  Map.groupBy(checks, ({ check }) => check);

/** Checks that are not fine now and were something else when people agreed. */
const worse = (planned: readonly Check[], now: readonly Check[]): Drift[] => {
  const before = byName(planned);
  return [...byName(now)].flatMap(([name, checks]) =>
    checks.flatMap(({ state }, place) => {
      const was = before.get(name)?.[place]?.state ?? 'ok';
      return state === 'ok' || state === was ? [] : [{ of: `check ${name}`, planned: was, now: state }];
    }),
  );
};

/**
 * Everything that preflight looks at, looked at once more for the start: room on the storage, tasks on the target, the age
 * of the last backup. What now says stop is refused; what people were shown otherwise makes the plan stale.
 */
export const checksNow = async (worker: Worker, plan: Plan): Promise<Result<Drift[], WorkerRefusal>> => {
  const { change, action, target, params } = plan;
  const again = await draft(worker, { change, action, target, params });
  return again.ok ? ok(worse(plan.checks, again.value.checks)) : again;
};
