import { armedFor } from '#db/journal/armed';
import { type Execution, executionOf, type Step } from '#db/journal/execution';
import { finish, lose } from '#db/journal/outcome';
import { beginUndo, endUndo, keepUndoTask, undoRefused } from '#db/journal/steps';
import type { Effect } from '#policies/effect';
import type { Failure, Outcome } from '#policies/outcome';
import type { Plan } from '#policies/plan';
import type { Seen } from '#policies/probe';
import type { Ended } from '../effects/effect.ts';
import { applyEffect, invertEffect, lookAt } from '../effects/table.ts';
import { undoneProbes } from './undone-probes.ts';
import type { Worker } from './worker.ts';

/** How long what was taken back may take to be seen (ms). */
const PATIENCE = 10_000;

/** Sends a step's inverse; where it may have been sent before, only when looking shows that it did not happen. */
const undoStep = async (
  worker: Worker,
  { change, step, state, undoUpid, undoingAt }: Step & Pick<Execution, 'change'>,
  inverse: Effect,
): Promise<Ended> => {
  const { journal, around, at } = worker;
  const key = { change, step };
  if (state === 'undoing') {
    const found = await lookAt(around, inverse, { upid: undoUpid, since: undoingAt ?? 0 });
    if (found.did !== 'nothing') return found;
  }
  beginUndo(journal, key);
  at('undo-begun');
  return applyEffect(around, inverse, (upid) => keepUndoTask(journal, key, upid));
};

/** `some`: taking back ended at a step that nothing takes back (`why` null), or that could not be. */
type Taken =
  | { readonly kind: 'all' }
  | { readonly kind: 'some'; readonly why: Failure | null }
  | { readonly kind: 'lost'; readonly why: Extract<Ended, { did: 'lost' }>['why'] };

/** Takes back the steps that were done, last first; stops at the first that cannot be. */
const undoSteps = async (worker: Worker, plan: Plan, execution: Execution): Promise<Taken> => {
  const open = execution.steps.filter(({ state }) => state === 'done' || state === 'undoing').reverse();
  for (const step of open) {
    const key = { change: plan.change, step: step.step };
    const effect = plan.effects[step.step];
    const inverse = effect && invertEffect(effect);
    if (!inverse) return { kind: 'some', why: null };
    const ended = await undoStep(worker, { ...step, change: plan.change }, inverse);
    if (ended.did === 'lost') return { kind: 'lost', why: ended.why };
    if (ended.did === 'failed') {
      if (ended.failure.failure === 'refused') undoRefused(worker.journal, key, ended.failure);
      return { kind: 'some', why: ended.failure };
    }
    endUndo(worker.journal, key);
    worker.at('undo-done');
  }
  return { kind: 'all' };
};

const current = (worker: Worker, plan: Plan): Execution => {
  const execution = executionOf(worker.journal, plan.change);
  if (!execution) throw new Error(`change ${plan.change} never began here`);
  return execution;
};

/** For so long what nobody kept is tried to be taken back where Proxmox refuses it (ms): a backup may hold the guest's lock. */
const TRY_FOR = 30 * 60_000;

/** Refused for now: by a lock, for want of a quorum, or since nothing answers. What nobody may is refused for good. */
const isForNow = (why: Failure | null): boolean =>
  why?.failure === 'refused' && (why.status === 0 || why.status >= 500);

/** Is it tried again? Only what nobody kept: a step that failed has people waiting for its end. */
const isTriedAgain = ({ journal }: Worker, { change, failure }: Execution, taken: Taken): boolean => {
  if (taken.kind !== 'some' || !isForNow(taken.why)) return false;
  const { chosenAt } = armedFor(journal, change) ?? { chosenAt: null };
  const unkept = failure?.failure === 'not-kept' || failure?.failure === 'called-back';
  return unkept && chosenAt !== null && journal.now() < chosenAt + TRY_FOR;
};

type Left = NonNullable<Extract<Outcome, { end: 'failed' }>['left']>;

/** What is still in place where taking back ended early. */
const leftOf = (taken: Taken, { steps }: Execution): { left?: Left } => {
  if (taken.kind !== 'some') return {};
  const still = steps.filter(({ state }) => state === 'done' || state === 'undoing');
  return { left: { steps: still.map(({ step }) => step), why: taken.why } };
};

/**
 * After a failed step, or when it was not kept: the steps done are taken back where each has an inverse, and probes look whether they are.
 * `reverted` when they saw it; otherwise `failed` with the step, the facts and what is still in place. What nobody
 * kept, and is refused for now, is left as it is: `unkept` comes back to it. Can be called again after a crash.
 */
export const takeBack = async (worker: Worker, plan: Plan): Promise<void> => {
  const { journal, eyes } = worker;
  const taken = await undoSteps(worker, plan, current(worker, plan));
  if (taken.kind === 'lost') return lose(journal, plan.change, taken.why);

  const execution = current(worker, plan);
  if (isTriedAgain(worker, execution, taken)) return;
  const { step, failure, steps } = execution;
  if (!failure) throw new Error(`change ${plan.change} is taken back without a failure`);
  const undone = steps.filter(({ state }) => state === 'undone').map((one) => one.step);
  const probes = undoneProbes(plan, undone);
  const seen: Seen[] = probes.length > 0 ? [...(await eyes.see(plan, probes, PATIENCE))] : [];
  const reverted = taken.kind === 'all' && undone.length > 0 && seen.every((one) => one.ok);
  const upids = steps.flatMap(({ upid, undoUpid }) => [upid ?? [], undoUpid ?? []].flat());
  const ended = { step, failure, seen, upids };
  if (reverted) finish(journal, plan.change, { end: 'reverted', ...ended });
  else finish(journal, plan.change, { end: 'failed', ...ended, ...leftOf(taken, execution) });
};
