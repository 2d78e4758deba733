import { entryName } from '#policies/access-effect';
import { ACTIONS } from '#policies/actions';
import type { Check } from '#policies/check';
import type { Effect } from '#policies/effect';
import type { Basis, Blast, Plan } from '#policies/plan';
import type { Probe } from '#policies/probe';
import { no, ok, type Result } from '#policies/result';
import { higherRisk, type Risk } from '#policies/risk';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { isSettings } from '../effects/api.ts';
import { aptWouldDiffer } from '../effects/package.ts';
import { invertEffect } from '../effects/table.ts';
import { actionOf } from '../guard/done-by.ts';
import { accessStanding, withoutEntries } from '../proxmox/access-standing.ts';
import { cmdlineTokens } from '../recipes/boot.ts';
import { bootIdOf } from '../recipes/facts.ts';
import { interrupted } from '../scripts/interrupted.ts';
import { type Ahead, laterEdits } from './later-edits.ts';
import { undoneProbes } from './undone-probes.ts';
import type { Worker } from './worker.ts';

/** What takes one change back, and what that rests on. */
export type WayBack = {
  readonly effects: readonly Effect[];
  readonly basis: readonly Basis[];
  readonly probes: readonly Probe[];
  readonly blast: readonly Blast[];
  readonly risk: Risk;
};

/** The inverse of every effect, last first; null when one has none. */
const inverseOf = ({ effects }: Plan): Effect[] | null => {
  const inverses = effects.map(invertEffect).filter((effect) => effect !== null);
  return inverses.length === effects.length ? inverses.reverse() : null;
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

/** Entries of Proxmox's access control that somebody made use of: members, lines that name them. Nothing is taken from those. */
const heldEntries = async ({ around }: Worker, effects: readonly Effect[]): Promise<Check[]> => {
  const gone = effects.flatMap((effect) =>
    effect.kind === 'access' && effect.way === 'remove' ? [effect.entry] : [],
  );
  const now = gone.length === 0 ? undefined : await around.api?.proxmox.access();
  if (!now?.ok) return [];
  return gone.flatMap((entry): Check[] => {
    const standing = accessStanding(
      withoutEntries(
        now.value,
        gone.filter((other) => other !== entry),
      ),
      entry,
    );
    if (standing.stands !== 'there' || standing.held === null) return [];
    return [{ check: 'host-setting', state: 'stop', facts: { key: entryName(entry), why: standing.held } }];
  });
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

/** What counted from a start of the host on is in force until the next one. */
const untilReboot = (effect: Effect): Blast[] =>
  effect.kind === 'kernel-cmdline' || (effect.kind === 'refreshed-file' && effect.refresh.by === 'initramfs')
    ? [{ blast: 'after-reboot', what: effect.path }]
    : [];

/** What the kernel is to be started with next, and not any more. */
const nextStart = ({ around }: Worker, effect: Effect): Probe[] => {
  if (effect.kind !== 'kernel-cmdline') return [];
  const { loader, before, after } = effect;
  const [was, is] = [before, after].map((state) => cmdlineTokens(loader, state?.content ?? ''));
  const has = (is ?? []).filter((token) => !was?.includes(token));
  const lacks = (was ?? []).filter((token) => !is?.includes(token));
  return [{ probe: 'cmdline', has, lacks, boot: bootIdOf(around.host.root) }];
};

const blastOf = ({ node, target, name }: Plan, effects: readonly Effect[]): Blast[] => {
  const stops = effects.some(
    (effect) => effect.kind === 'api' && /\/status\/(stop|shutdown)$/.test(effect.call.path),
  );
  return [
    ...(stops && target.kind === 'guest' ? [{ blast: 'guest-stops', vmid: target.vmid, name } as const] : []),
    ...effects.flatMap(untilReboot),
    ...effects.flatMap((effect) => (effect.kind === 'changeset' ? interrupted(node, effect.jobs ?? []) : [])),
  ];
};

/**
 * The way back from a recorded plan: the inverse of what was done, never of what is believed. Refused where an effect has none,
 * and where anything was edited since.
 */
export const wayBack = async (
  worker: Worker,
  original: Plan,
  ahead: Ahead,
): Promise<Result<WayBack, WorkerRefusal>> => {
  const effects = inverseOf(original);
  if (!effects) return no({ no: 'cannot-undo', why: 'already-happened' });
  const basis = await worker.eyes.basisNow(original);
  if (!basis.ok) return basis;
  const edits = await laterEdits(worker, original, ahead);
  const checks = [
    ...edits,
    ...(await changedPackages(worker, effects)),
    ...(await heldEntries(worker, effects)),
  ];
  if (checks.length > 0) return no({ no: 'checks-failed', checks });
  return ok({
    effects: underDigest(effects, basis.value),
    basis: basis.value,
    probes: [
      ...undoneProbes(original, [...original.effects.keys()]),
      ...effects.flatMap((effect) => nextStart(worker, effect)),
    ],
    blast: blastOf(original, effects),
    risk: riskOf(original, effects),
  });
};
