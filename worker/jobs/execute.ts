import { armedFor } from '#db/journal/armed';
import { executionOf } from '#db/journal/execution';
import type { Journal } from '#db/journal/journal';
import { awaitKeep } from '#db/journal/keep';
import { finish, lose } from '#db/journal/outcome';
import { beginProbes, beginStep, endStep, failStep, keepTask } from '#db/journal/steps';
import type { ChangeSetEffect } from '#policies/change-set';
import { type Effect, isFileEffect, type NetworkEffect } from '#policies/effect';
import type { ChangeId } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Plan } from '#policies/plan';
import type { Seen } from '#policies/probe';
import type { Ended } from '../effects/effect.ts';
import { applyEffect } from '../effects/table.ts';
import { keepChanges } from '../network/keep-changes.ts';
import { INTERFACES } from '../network/network-host.ts';
import { takeBack } from './take-back.ts';
import type { Worker } from './worker.ts';

/** How long what was done may take to be seen (ms). */
const PATIENCE = 10_000;

/** Guests are given minutes to shut down, and a server takes minutes to start. */
const UNTIL_REBOOTED = 20 * 60_000;

const patienceFor = ({ probes }: Plan): number =>
  probes.some(({ probe }) => probe === 'node-rebooted') ? UNTIL_REBOOTED : PATIENCE;

const networkFacts = ({ before, after }: NetworkEffect): { [name: string]: Json } => ({
  path: INTERFACES,
  before: before.interfaces?.sha256 ?? null,
  after: after.interfaces?.sha256 ?? null,
});

/** The digest seals what is written; what people were shown of it is in the plan. */
const setFacts = ({ digest, way, tx, paths }: ChangeSetEffect): { [name: string]: Json } => ({
  digest,
  way,
  tx,
  paths: paths.length,
});

/** What the audit says of a step before it is sent: the exact call, the file with both hashes, or both sides whole. */
const factsOf = (effect: Effect): { [name: string]: Json } => {
  if (effect.kind === 'api')
    return { method: effect.call.method, path: effect.call.path, params: effect.call.params };
  if (effect.kind === 'network') return networkFacts(effect);
  if (effect.kind === 'changeset') return setFacts(effect);
  if (!isFileEffect(effect)) return { ...effect };
  return { path: effect.path, before: effect.before?.sha256 ?? null, after: effect.after?.sha256 ?? null };
};

/** One step: on record, sent, and its end. */
const doStep = async (worker: Worker, plan: Plan, step: number): Promise<Ended> => {
  const { journal, around, at } = worker;
  const effect = plan.effects[step];
  if (!effect) throw new RangeError(`plan of ${plan.change} has no step ${step}`);
  const key = { change: plan.change, step };
  beginStep(journal, key, factsOf(effect));
  worker.wake();
  at('step-begun');
  const ended = await applyEffect(around, effect, (upid) => {
    at('effect-sent');
    keepTask(journal, key, upid);
    worker.wake();
    at('task-kept');
  });
  at('effect-done');
  return ended;
};

/** What the end of a step leads to; true = the next step may begin. */
export const stepEnded = async (
  worker: Worker,
  plan: Plan,
  { step, ...ended }: Ended & { step: number },
): Promise<boolean> => {
  const key = { change: plan.change, step };
  if (ended.did === 'done') {
    endStep(worker.journal, key, ended.upid);
    worker.at('step-done');
    return true;
  }
  if (ended.did === 'lost') lose(worker.journal, plan.change, ended.why);
  else {
    failStep(worker.journal, key, ended.failure);
    worker.at('step-failed');
    await takeBack(worker, plan);
  }
  return false;
};

const upidsOf = (journal: Journal, change: ChangeId): string[] =>
  executionOf(journal, change)?.steps.flatMap(({ upid }) => upid ?? []) ?? [];

/** What was done and is not so. */
const notSeen = async (worker: Worker, plan: Plan): Promise<void> => {
  failStep(worker.journal, { change: plan.change, step: plan.effects.length - 1 }, { failure: 'not-seen' });
  await takeBack(worker, plan);
};

/** Seen to be done: that is its end, or it waits to be kept. Where no person is asked, a network's dead man is called off here. */
const succeeded = async (worker: Worker, plan: Plan, seen: Seen[]): Promise<void> => {
  const { journal, around, at } = worker;
  const { change } = plan;
  if (armedFor(journal, change)) {
    awaitKeep(journal, change, seen);
    at('confirming');
    return;
  }
  const kept = await keepChanges(around.network, plan);
  if (!kept.ok) return notSeen(worker, plan);
  finish(journal, change, { end: 'succeeded', seen, upids: upidsOf(journal, change) });
};

/** All steps are done: success is what the probes see. What did not help on the host is put back. */
export const verify = async (worker: Worker, plan: Plan): Promise<void> => {
  const { journal, eyes, at } = worker;
  const { change } = plan;
  beginProbes(journal, change);
  at('verifying');
  const seen = [...(await eyes.see(plan, plan.probes, patienceFor(plan)))];
  at('probed');
  if (seen.every((one) => one.ok)) return succeeded(worker, plan, seen);
  const step = plan.effects.length - 1;
  const upids = upidsOf(journal, change);
  if (plan.effects.some((effect) => effect.kind === 'api'))
    return finish(journal, change, { end: 'failed', step, failure: { failure: 'not-seen' }, seen, upids });
  await notSeen(worker, plan);
};

/** No step begins when all should be over; those before it are taken back, which no clock forbids. */
const outOfTime = async (worker: Worker, plan: Plan, { step, finishBy }: Late): Promise<void> => {
  failStep(worker.journal, { change: plan.change, step }, { failure: 'out-of-time', finishBy });
  worker.at('step-failed');
  await takeBack(worker, plan);
};

type Late = { readonly step: number; readonly finishBy: number };

/**
 * The steps of a claimed plan in their order, none after `finishBy` (ms), then the look at the result. Ends in an outcome, or
 * in unknown.
 */
export const execute = async (worker: Worker, plan: Plan, finishBy: number | null): Promise<void> => {
  for (const step of plan.effects.keys()) {
    if (finishBy !== null && worker.journal.now() >= finishBy)
      return outOfTime(worker, plan, { step, finishBy });
    const ended = await doStep(worker, plan, step);
    if (!(await stepEnded(worker, plan, { ...ended, step }))) return;
  }
  await verify(worker, plan);
};
