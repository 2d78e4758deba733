import { z } from 'zod';
import { executionOf } from '#db/journal/execution';
import { planOf } from '#db/journal/plans';
import { ACTIONS } from '#policies/actions';
import type { Check } from '#policies/check';
import { type Effect, isFileEffect } from '#policies/effect';
import { ChangeId } from '#policies/ids';
import type { Basis, Blast, Plan } from '#policies/plan';
import { no, ok, type Result } from '#policies/result';
import { higherRisk, type Risk } from '#policies/risk';
import { targetKey } from '#policies/target';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { readFileState, sameState } from '../changeset/read-file.ts';
import { isSettings } from '../effects/api.ts';
import { aptWouldDiffer } from '../effects/package.ts';
import { invertEffect } from '../effects/table.ts';
import { actionOf } from '../guard/done-by.ts';
import { undoneProbes } from './undone-probes.ts';
import type { Wish, Worker } from './worker.ts';

const UndoParams = z.object({ of: ChangeId });

const cannot = (why: Extract<WorkerRefusal, { no: 'cannot-undo' }>['why']): Result<never, WorkerRefusal> =>
  no({ no: 'cannot-undo', why });

/** The recorded plan of a change that succeeded here and can be taken back. */
const recorded = ({ journal }: Worker, { params, target }: Wish): Result<Plan, WorkerRefusal> => {
  const { of } = UndoParams.parse(params);
  const execution = executionOf(journal, of);
  const stored = execution && planOf(journal, execution.change);
  if (!execution || !stored || targetKey(stored.plan.target) !== targetKey(target))
    return no({ no: 'no-such-run', change: of });
  if (stored.plan.action === 'change.undo') return cannot('is-an-undo');
  if (execution.outcome?.end !== 'succeeded') return cannot('did-not-succeed');
  return stored.plan.undo.possible ? ok(stored.plan) : cannot(stored.plan.undo.why);
};

/** The inverse of every effect, last first; null when one has none. */
const inverseOf = ({ effects }: Plan): Effect[] | null => {
  const inverses = effects.map(invertEffect).filter((effect) => effect !== null);
  return inverses.length === effects.length ? inverses.reverse() : null;
};

/** What was edited after the change: files that are not as it left them, and results that are no longer there. */
const laterEdits = async ({ around, eyes }: Worker, plan: Plan): Promise<Check[]> => {
  const files = plan.effects.flatMap((effect): Check[] => {
    if (!isFileEffect(effect)) return [];
    const now = readFileState(around.host.root, effect.path);
    if (now.ok && sameState(now.value, effect.after)) return [];
    return [{ check: 'later-edit', state: 'stop', facts: { path: effect.path } }];
  });
  if (files.length > 0) return files;
  const seen = await eyes.see(plan, plan.probes, 0);
  return seen
    .filter((one) => !one.ok)
    .map(({ probe, saw }) => ({ check: 'later-edit', state: 'stop', facts: { probe: probe.probe, saw } }));
};

/** Packages that apt would not take back exactly as recorded: something else needs them by now. */
const changedPackages = async ({ around }: Worker, effects: readonly Effect[]): Promise<Check[]> => {
  const checks: Check[] = [];
  for (const effect of effects) {
    const why = effect.kind === 'package' ? await aptWouldDiffer(around.host.root, effect) : undefined;
    if (why !== undefined) checks.push({ check: 'package-removal', state: 'stop', facts: { why } });
  }
  return checks;
};

/**
 * Settings go back under the digest that was read before their values were looked at: an edit in between, or up to the moment
 * of the request, is refused by Proxmox. Only the first call meets the configuration of that digest.
 */
const underDigest = (effects: readonly Effect[], basis: readonly Basis[]): Effect[] => {
  const digest = basis.find(({ of }) => of === 'config')?.value;
  const first = effects.findIndex((effect) => effect.kind === 'api' && isSettings(effect.call));
  return effects.map((effect, step) =>
    digest === undefined || step !== first || effect.kind !== 'api'
      ? effect
      : { ...effect, call: { ...effect.call, params: { ...effect.call.params, digest } } },
  );
};

/** An undo is as risky as what it takes back, and as the catalogue says of what it does. */
const riskOf = ({ risk }: Plan, effects: readonly Effect[]): Risk =>
  effects
    .map(actionOf)
    .reduce(
      (most, name) => (name ? higherRisk(most, ACTIONS[name].risk) : most),
      higherRisk(risk, ACTIONS['change.undo'].risk),
    );

const blastOf = ({ target, name }: Plan, effects: readonly Effect[]): Blast[] => {
  const stops = effects.some(
    (effect) => effect.kind === 'api' && /\/status\/(stop|shutdown)$/.test(effect.call.path),
  );
  return stops && target.kind === 'guest' ? [{ blast: 'guest-stops', vmid: target.vmid, name }] : [];
};

/**
 * Plans the way back from a change: the inverse of what was recorded, never of what is believed. Refused when anything was
 * edited since. A plan like any other, with a hash, votes and a ticket of its own.
 */
export const planUndo = async (worker: Worker, wish: Wish): Promise<Result<Draft, WorkerRefusal>> => {
  const found = recorded(worker, wish);
  if (!found.ok) return found;
  const original = found.value;
  const effects = inverseOf(original);
  if (!effects) return cannot('already-happened');
  const basis = await worker.eyes.basisNow(original);
  if (!basis.ok) return basis;
  const edits = await laterEdits(worker, original);
  const checks = [...edits, ...(await changedPackages(worker, effects))];
  if (checks.length > 0) return no({ no: 'checks-failed', checks });
  return ok({
    node: original.node,
    name: original.name,
    basis: [...basis.value],
    effects: underDigest(effects, basis.value),
    probes: undoneProbes(original, [...original.effects.keys()]),
    checks: [{ check: 'later-edit', state: 'ok', facts: {} }],
    blast: blastOf(original, effects),
    risk: riskOf(original, effects),
    undo: { possible: false, why: 'is-an-undo' },
  });
};
