import { z } from 'zod';
import { type Execution, endedSince } from '#db/journal/execution';
import { planOf } from '#db/journal/plans';
import { ChangeId } from '#policies/ids';
import type { Basis, Plan } from '#policies/plan';
import type { Probe } from '#policies/probe';
import { readWith } from '#policies/read-with';
import { subsystemOf } from '#policies/recipes/subsystem-of';
import { no, ok, type Result } from '#policies/result';
import { higherRisk, type Risk } from '#policies/risk';
import { Subsystem } from '#policies/subsystem';
import { targetKey } from '#policies/target';
import type { DoneChange, NoWayBack, UndoStop, WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { type Ahead, aheadOf, NOTHING_AHEAD, subjectOf } from './later-edits.ts';
import { type WayBack, wayBack } from './way-back.ts';
import type { Wish, Worker } from './worker.ts';

/** What was done to one part of a node since a moment (ms). */
export const SinceParams = z.object({ subsystem: Subsystem, since: z.int() });
type SinceParams = z.infer<typeof SinceParams>;

const OfOne = z.object({ of: ChangeId });

type Done = { readonly plan: Plan; readonly execution: Execution };

/** What this worker did to a target, newest first; what cannot be read of it any more counts as nobody's. */
const doneSince = ({ journal }: Worker, { target }: Wish, since: number): readonly Done[] =>
  endedSince(journal, targetKey(target), since).flatMap((execution) => {
    const stored = planOf(journal, execution.change);
    return stored ? [{ plan: stored.plan, execution }] : [];
  });

/** The changes that an undo took back. */
const takenBackBy = ({ plan: { params, undoes } }: Done): readonly ChangeId[] => {
  if (undoes) return undoes.changes.map(({ change }) => change);
  const one = readWith(OfOne, params);
  return one.success ? [one.data.of] : [];
};

const isUndo = ({ plan }: Done): boolean => plan.action === 'change.undo';
const succeeded = ({ execution }: Done): boolean => execution.outcome?.end === 'succeeded';

/** What is still in place of it: all of it, or what could not be taken back when it failed. */
const isInPlace = ({ execution: { outcome, steps } }: Done): boolean =>
  outcome?.end !== 'reverted' && steps.some(({ state }) => state === 'done' || state === 'undoing');

/** What was done to the subsystem and is still there, newest first. */
const inPlace = (worker: Worker, wish: Wish, { subsystem, since }: SinceParams): readonly Done[] => {
  const all = doneSince(worker, wish, since);
  const gone = new Set(all.filter((one) => isUndo(one) && succeeded(one)).flatMap(takenBackBy));
  return all.filter(
    (one) =>
      !isUndo(one) &&
      !gone.has(one.plan.change) &&
      subsystemOf(one.plan, worker.recipes) === subsystem &&
      isInPlace(one),
  );
};

const nameOf = ({ plan: { change, action, params } }: Done): DoneChange => ({
  change,
  what: typeof params['recipe'] === 'string' ? params['recipe'] : action,
});

const stopAt = (done: Done, why: NoWayBack | null, checks: UndoStop['checks'] = []): UndoStop => ({
  ...nameOf(done),
  why,
  checks,
});

/** One more that can be taken back, or where it ends; a refusal where nobody can look. */
const next = async (
  worker: Worker,
  done: Done,
  ahead: Ahead,
): Promise<Result<WayBack | { readonly stop: UndoStop }, WorkerRefusal>> => {
  const { undo } = done.plan;
  if (!succeeded(done)) return ok({ stop: stopAt(done, 'did-not-succeed') });
  if (!undo.possible) return ok({ stop: stopAt(done, undo.why) });
  const back = await wayBack(worker, done.plan, ahead);
  if (back.ok) return back;
  const { error } = back;
  if (error.no === 'checks-failed') return ok({ stop: stopAt(done, null, error.checks) });
  return error.no === 'cannot-undo' ? ok({ stop: stopAt(done, error.why) }) : back;
};

type Walk = { readonly ways: readonly WayBack[]; readonly stop: UndoStop | null };

/** As far back as it goes: each is looked at as it will be once those before it are gone. */
const walk = async (worker: Worker, changes: readonly Done[]): Promise<Result<Walk, WorkerRefusal>> => {
  const ways: WayBack[] = [];
  let ahead = NOTHING_AHEAD;
  for (const done of changes) {
    const step = await next(worker, done, ahead);
    if (!step.ok) return step;
    if ('stop' in step.value) return ok({ ways, stop: step.value.stop });
    ways.push(step.value);
    ahead = aheadOf(done.plan, ahead);
  }
  return ok({ ways, stop: null });
};

/** What is relied on, once each: all of it was read now. */
const basisOf = (ways: readonly WayBack[]): Basis[] => [
  ...new Map(ways.flatMap(({ basis }) => basis.map((one) => [one.of, one] as const))).values(),
];

/** What must be seen in the end: of one thing only what the oldest change found. */
const probesOf = (ways: readonly WayBack[]): Probe[] => [
  ...new Map(
    ways.flatMap(({ probes }) =>
      probes.map((probe) => [subjectOf(probe) ?? JSON.stringify(probe), probe] as const),
    ),
  ).values(),
];

const riskOf = (ways: readonly WayBack[], least: Risk): Risk =>
  ways.reduce((most, { risk }) => higherRisk(most, risk), least);

/**
 * Plans the way back of a part of a node to a moment: the undo of each of its changes, newest first, as one plan. It ends before
 * the first that cannot be taken back, since those before it stand on that one, and says which are left.
 */
export const planUndoSince = async (
  worker: Worker,
  wish: Wish,
  params: SinceParams,
): Promise<Result<Draft, WorkerRefusal>> => {
  const changes = inPlace(worker, wish, params);
  const walked = await walk(worker, changes);
  if (!walked.ok) return walked;
  const { ways, stop } = walked.value;
  const [newest] = changes;
  if (!newest) return no({ no: 'nothing-to-do' });
  const older = changes.slice(ways.length + 1).map(nameOf);
  const [first] = ways;
  if (!first)
    return stop ? no({ no: 'undo-stopped', stop, older: older.length }) : no({ no: 'nothing-to-do' });
  return ok({
    node: newest.plan.node,
    name: newest.plan.name,
    basis: basisOf(ways),
    effects: ways.flatMap(({ effects }) => effects),
    probes: probesOf(ways),
    checks: [{ check: 'later-edit', state: 'ok', facts: {} }],
    blast: [...new Map(ways.flatMap(({ blast }) => blast.map((one) => [JSON.stringify(one), one]))).values()],
    risk: riskOf(ways, first.risk),
    undo: { possible: false, why: 'is-an-undo' },
    undoes: { changes: changes.slice(0, ways.length).map(nameOf), stop, older },
  });
};
