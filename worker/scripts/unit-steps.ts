import type { UnitJob } from '#policies/change-set';
import type { UnitState } from '#policies/host-effect';
import { joined, type Part, part } from '../recipes/part.ts';
import type { Recorded } from '../sandbox/record.ts';
import { ownUnit } from '../shell/own-unit.ts';
import { readUnit } from '../shell/systemctl.ts';
import type { ScriptPlan } from './plan-script.ts';
import { unitCall, unitsNamed, type Wanted } from './unit-call.ts';

/** What calls about units come to: `jobs` are asked of systemd with the files, the part is done after them. */
export type UnitSteps = {
  readonly part: Part;
  readonly jobs: readonly UnitJob[];
  readonly leftOut: readonly Recorded[];
};

/** A unit that is to run or not, or to read its files anew, or neither. */
type Resolved = { readonly active: boolean; readonly job: Exclude<UnitJob['job'], 'daemon-reload'> | null };

/** Of calls about a unit that runs, the one that does what the others do as well stands first. */
const JOBS: readonly (readonly [Exclude<UnitJob['job'], 'daemon-reload'>, readonly Wanted[]])[] = [
  ['try-restart', ['restart', 'try-restart']],
  ['try-reload-or-restart', ['reload-or-restart', 'try-reload-or-restart']],
  ['reload', ['reload']],
];
const STARTS: readonly Wanted[] = ['start', 'restart', 'reload-or-restart'];
const TRIES: readonly Wanted[] = ['try-restart', 'try-reload-or-restart'];

/** What all calls about one unit come to, in their order; undefined where no two states and no one job say that. */
const resolved = (wanted: readonly Wanted[], isActive: boolean): Resolved | undefined => {
  if (wanted.includes('stop'))
    return wanted.every((one) => one === 'stop') ? { active: false, job: null } : undefined;
  if (isActive) {
    const job = JOBS.find(([, calls]) => calls.some((call) => wanted.includes(call)))?.[0] ?? null;
    return { active: true, job };
  }
  const first = wanted.find((one) => !TRIES.includes(one));
  if (first === undefined) return { active: false, job: null };
  return STARTS.includes(first) ? { active: true, job: null } : undefined;
};

/** Does the set change the unit's own file, or a drop-in of it? */
const ownFiles = (
  { sealed }: ScriptPlan,
  unit: string,
): { readonly file: boolean; readonly dropIn: boolean } => {
  const names = sealed.changes.map(({ path }) => path.split('/').slice(-2));
  return {
    file: names.some(([folder, name]) => name === unit && !/\.(wants|requires)$/.test(folder ?? '')),
    dropIn: names.some((parts) => parts.includes(`${unit}.d`)),
  };
};

/** How a unit is enabled once the files are there; undefined where only systemd could say. */
const enabledAfter = (
  { explained }: ScriptPlan,
  unit: string,
  now: string,
  isNewFile: boolean,
): string | undefined => {
  const rows = explained.units.filter((row) => row.unit === unit);
  if (rows.length === 0) return isNewFile || now === 'not-found' ? undefined : now;
  if (rows.some(({ by }) => by === 'mask')) return undefined;
  if (rows.every(({ on }) => on)) return 'enabled';
  return rows.some(({ on }) => on) ? undefined : 'disabled';
};

/** systemctl(1): what changes how units are enabled has systemd read its files again, too. */
const RELOADING = ['daemon-reload', 'enable', 'disable', 'reenable', 'mask', 'unmask', 'preset'];

const isReloading = ({ program, args }: Recorded): boolean =>
  program === 'systemctl' && RELOADING.includes(args.find((arg) => !arg.startsWith('-')) ?? '');

type Step = { readonly part: Part; readonly jobs: readonly UnitJob[]; readonly isOwn: boolean };

const stepOf = (
  unit: string,
  now: UnitState & { readonly active: boolean },
  enabled: string,
  to: Resolved,
): Part => {
  const after = { enabled, active: to.active };
  return part({
    effects:
      now.active === to.active
        ? []
        : [{ kind: 'unit', unit, before: { enabled, active: now.active }, after }],
    basis: [{ of: `unit ${unit}`, value: JSON.stringify(now) }],
    probes: [{ probe: 'unit', unit, want: after }],
  });
};

/** What the calls about one unit come to; undefined where that is nothing that a plan does exactly. */
const planUnit = async (
  root: string,
  plan: ScriptPlan,
  unit: string,
  wanted: readonly Wanted[],
): Promise<Step | undefined> => {
  // Started again by what it was in the middle of, the worker would be so at each of its starts.
  if (unit === ownUnit()) return undefined;
  const now = await readUnit(root, unit);
  const { active } = now;
  const own = ownFiles(plan, unit);
  const enabled = enabledAfter(plan, unit, now.enabled, own.file);
  if (active === null || enabled === undefined) return undefined;
  const to = resolved(wanted, active);
  if (!to) return undefined;
  const jobs: readonly UnitJob[] = to.job === null ? [] : [{ job: to.job, unit }];
  return { part: stepOf(unit, { ...now, active }, enabled, to), jobs, isOwn: own.file || own.dropIn };
};

type Call = { readonly record: Recorded; readonly units: readonly string[]; readonly wants: Wanted | null };

const callOf = (record: Recorded): Call => {
  const call = unitCall(record);
  return call ? { record, ...call } : { record, units: unitsNamed(record), wants: null };
};

type Steps = ReadonlyMap<string, Step>;

/** What is understood of each unit that calls name; one that is named by a call which is not understood is in no state we know. */
const understood = async (root: string, plan: ScriptPlan, calls: readonly Call[]): Promise<Steps> => {
  const steps = new Map<string, Step>();
  for (const unit of new Set(calls.flatMap(({ units }) => units))) {
    const wanted = calls.filter(({ units }) => units.includes(unit)).map(({ wants }) => wants);
    const known = wanted.filter((one) => one !== null);
    const step = known.length < wanted.length ? undefined : await planUnit(root, plan, unit, known);
    if (step) steps.set(unit, step);
  }
  return steps;
};

/** Without the units of calls that name one which is not understood: a call is done whole or not at all. */
const ofWholeCalls = (steps: Steps, calls: readonly Call[]): Steps => {
  const broken = calls.filter(({ units }) => units.some((unit) => !steps.has(unit)));
  const lost = new Set(broken.flatMap(({ units }) => units));
  const kept = new Map([...steps].filter(([unit]) => !lost.has(unit)));
  return kept.size === steps.size ? kept : ofWholeCalls(kept, calls);
};

/**
 * What calls about units come to, by how the units are now: started or stopped, or asked to read anew what the files of the plan
 * say. Calls that nothing does exactly are left out, and so is what would only restart something: there is a command for it.
 */
export const unitSteps = async (
  root: string,
  plan: ScriptPlan,
  records: readonly Recorded[],
): Promise<UnitSteps> => {
  const calls = records.map(callOf);
  const hasFiles = plan.sealed.changes.length > 0;
  const reloaded = plan.seen.records.find(isReloading)?.seq ?? Number.POSITIVE_INFINITY;
  // Whoever asks for a unit before systemd read its new files gets the one of before.
  const isRead = (unit: string): boolean =>
    calls.every(({ record, units }) => !units.includes(unit) || reloaded <= record.seq);
  const all = await understood(root, plan, calls);
  const possible = [...all].filter(
    ([unit, { isOwn, jobs }]) => (!isOwn || isRead(unit)) && (hasFiles || jobs.length === 0),
  );
  const steps = ofWholeCalls(new Map(possible), calls);
  const isDone = ({ wants, units }: Call): boolean =>
    wants === 'daemon-reload' ? hasFiles : wants !== null && units.every((unit) => steps.has(unit));
  const done = [...steps.values()];
  const reads =
    calls.some((call) => call.wants === 'daemon-reload' && isDone(call)) || done.some(({ isOwn }) => isOwn);
  const reload: readonly UnitJob[] = reads ? [{ job: 'daemon-reload' }] : [];
  return {
    part: joined(done.map((step) => step.part)),
    jobs: [...reload, ...done.flatMap(({ jobs }) => jobs)],
    leftOut: calls.filter((call) => !isDone(call)).map(({ record }) => record),
  };
};
