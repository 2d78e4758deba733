import type { UnitState } from '#policies/host-effect';
import { joined, type Part, part } from '../recipes/part.ts';
import type { Recorded } from '../sandbox/record.ts';
import { plainSysctl, readSysctl } from '../shell/sysctl.ts';
import { readUnit } from '../shell/systemctl.ts';
import type { ScriptPlan } from './plan-script.ts';
import { isLeftOut } from './short-of.ts';
import { unitCall, unitsNamed } from './unit-call.ts';

/** What calls of a rehearsal come to as steps of the plan, and the calls that none of them does. */
export type HostSteps = { readonly part: Part; readonly leftOut: readonly Recorded[] };

/** Keys and values of `sysctl -w a.b=1`; undefined for any other call. Names with a slash are of another notation, and not for us. */
const settingsOf = ({ program, args, met }: Recorded): readonly (readonly [string, string])[] | undefined => {
  if (program !== 'sysctl' || met !== 'recorded') return undefined;
  const words = args.filter((arg) => !/^(-[qw]+|--write|--quiet)$/.test(arg));
  const pairs = words.map((word) => /^([a-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)=(.*)$/s.exec(word));
  if (words.length === 0 || pairs.includes(null)) return undefined;
  return pairs.map((found) => [found?.[1] ?? '', plainSysctl(found?.[2] ?? '')]);
};

/** A setting from what it is now; undefined where this kernel has none of that name. */
const sysctlStep = (root: string, key: string, after: string): Part | undefined => {
  const before = readSysctl(root, key);
  if (before === null) return undefined;
  return part({
    effects: before === after ? [] : [{ kind: 'sysctl', key, before, after }],
    basis: [{ of: `sysctl ${key}`, value: before }],
    probes: [{ probe: 'sysctl', key, want: after }],
  });
};

/** The last value that each key is given. Calls of sysctl are done all or none: one that is not understood may be about any key. */
const sysctlSteps = (root: string, records: readonly Recorded[]): HostSteps => {
  const calls = records.filter(({ program }) => program === 'sysctl').map(settingsOf);
  const steps = [...new Map(calls.flatMap((pairs) => pairs ?? []))].map(([key, value]) =>
    sysctlStep(root, key, value),
  );
  const known = steps.filter((step) => step !== undefined);
  if (calls.includes(undefined) || known.length < steps.length) return { part: part({}), leftOut: records };
  return { part: joined(known), leftOut: records.filter(({ program }) => program !== 'sysctl') };
};

/** How a unit is enabled once the files are there; undefined where its own file changes, which systemd would have to read again. */
const enabledAfter = (
  { explained, sealed }: ScriptPlan,
  unit: string,
  { enabled }: UnitState,
): string | undefined => {
  const rows = explained.units.filter((row) => row.unit === unit);
  const names = sealed.changes.map(({ path }) => path.split('/').slice(-2));
  const own = names.some(([folder, name]) => name === unit && !/\.(wants|requires)$/.test(folder ?? ''));
  if (own || names.some((parts) => parts.includes(`${unit}.d`)) || enabled === 'not-found') return undefined;
  if (rows.length === 0) return enabled;
  if (rows.some(({ by }) => by === 'mask')) return undefined;
  if (rows.every(({ on }) => on)) return 'enabled';
  return rows.some(({ on }) => on) ? undefined : 'disabled';
};

const unitStep = async (
  root: string,
  plan: ScriptPlan,
  wanted: { readonly unit: string; readonly active: boolean },
): Promise<Part | undefined> => {
  const { unit, active } = wanted;
  const now = await readUnit(root, unit);
  const enabled = enabledAfter(plan, unit, now);
  if (enabled === undefined || now.active === null) return undefined;
  const after = { enabled, active };
  return part({
    effects:
      now.active === active ? [] : [{ kind: 'unit', unit, before: { enabled, active: now.active }, after }],
    basis: [{ of: `unit ${unit}`, value: JSON.stringify(now) }],
    probes: [{ probe: 'unit', unit, want: after }],
  });
};

/** A unit that more than one call is about is started and stopped around something: no two states say that. */
const isOnlyCall = (record: Recorded, records: readonly Recorded[]): boolean => {
  const units = unitsNamed(record);
  const others = records.filter((other) => other !== record).flatMap(unitsNamed);
  return units.length === new Set(units).size && !units.some((unit) => others.includes(unit));
};

const unitSteps = async (
  root: string,
  plan: ScriptPlan,
  records: readonly Recorded[],
): Promise<HostSteps> => {
  const parts: Part[] = [];
  const leftOut: Recorded[] = [];
  for (const record of records) {
    const wanted = isOnlyCall(record, records) ? unitCall(record) : [];
    const steps: (Part | undefined)[] = [];
    for (const one of wanted) steps.push(await unitStep(root, plan, one));
    if (steps.length === 0 || steps.includes(undefined)) leftOut.push(record);
    else parts.push(...steps.filter((step) => step !== undefined));
  }
  return { part: joined(parts), leftOut };
};

/**
 * The calls of a rehearsal that this plan does by effects of its own, after the files: a kernel setting of now, a unit that is
 * started or stopped. Whatever is not exactly that, or cannot be read from the host, is left out and named.
 */
export const hostSteps = async (root: string, plan: ScriptPlan): Promise<HostSteps> => {
  const settings = sysctlSteps(root, plan.seen.records.filter(isLeftOut));
  const units = await unitSteps(root, plan, settings.leftOut);
  return { part: joined([settings.part, units.part]), leftOut: units.leftOut };
};
