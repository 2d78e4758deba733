import { joined, type Part, part } from '../recipes/part.ts';
import type { Recorded } from '../sandbox/record.ts';
import { plainSysctl, readSysctl } from '../shell/sysctl.ts';
import type { ScriptPlan } from './plan-script.ts';
import { isLeftOut } from './short-of.ts';
import { type UnitSteps, unitSteps } from './unit-steps.ts';

/** What calls of a rehearsal come to: as steps of the plan, as `jobs` of units with its files, and the calls that neither does. */
export type HostSteps = UnitSteps;

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
const sysctlSteps = (root: string, records: readonly Recorded[]): Omit<HostSteps, 'jobs'> => {
  const calls = records.filter(({ program }) => program === 'sysctl').map(settingsOf);
  const steps = [...new Map(calls.flatMap((pairs) => pairs ?? []))].map(([key, value]) =>
    sysctlStep(root, key, value),
  );
  const known = steps.filter((step) => step !== undefined);
  if (calls.includes(undefined) || known.length < steps.length) return { part: part({}), leftOut: records };
  return { part: joined(known), leftOut: records.filter(({ program }) => program !== 'sysctl') };
};

/**
 * The calls of a rehearsal that this plan does by effects of its own, after the files: a kernel setting of now, a unit that is
 * started, stopped, or restarted for the sake of its files. Whatever is not exactly that, or cannot be read from the host, is left out and named.
 */
export const hostSteps = async (root: string, plan: ScriptPlan): Promise<HostSteps> => {
  const settings = sysctlSteps(root, plan.seen.records.filter(isLeftOut));
  const units = await unitSteps(root, plan, settings.leftOut);
  return { part: joined([settings.part, units.part]), jobs: units.jobs, leftOut: units.leftOut };
};
