import type { Plan } from '#policies/plan';
import type { Drift } from '#policies/report';
import { ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Worker } from './worker.ts';

/** Everything the plan relied on that is no longer so; empty = the host is as the plan saw it. */
export const driftOf = async (
  { eyes }: Pick<Worker, 'eyes'>,
  plan: Plan,
): Promise<Result<Drift[], WorkerRefusal>> => {
  const now = await eyes.basisNow(plan);
  if (!now.ok) return now;
  const values = new Map(now.value.map(({ of, value }) => [of, value]));
  return ok(
    plan.basis
      .filter(({ of, value }) => values.get(of) !== value)
      .map(({ of, value }) => ({ of, planned: value, now: values.get(of) ?? null })),
  );
};
