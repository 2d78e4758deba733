import {
  type ApiCall,
  type Effect,
  type FileEffect,
  isFileEffect,
  type NetworkEffect,
} from '#policies/effect';
import { returned, UnitState } from '#policies/host-effect';
import type { Plan } from '#policies/plan';
import type { Probe } from '#policies/probe';
import { INTERFACES, PENDING } from '../network/network-host.ts';

/** What a call that takes another back must lead to, by the end of its path. */
const CALLS: readonly (readonly [
  ApiCall['method'],
  RegExp,
  (found: RegExpExecArray, call: ApiCall) => Probe,
])[] = [
  ['POST', /\/status\/(start|resume|reboot)$/, () => ({ probe: 'guest-status', want: 'running' })],
  ['POST', /\/status\/(stop|shutdown)$/, () => ({ probe: 'guest-status', want: 'stopped' })],
  ['POST', /\/status\/suspend$/, () => ({ probe: 'guest-status', want: 'paused' })],
  ['POST', /\/migrate$/, (_, { params }) => ({ probe: 'guest-on-node', node: params['target'] ?? '' })],
  [
    'POST',
    /\/snapshot$/,
    (_, { params }) => ({ probe: 'snapshot', name: params['snapname'] ?? '', want: 'present' }),
  ],
  [
    'DELETE',
    /\/snapshot\/([^/]+)$/,
    ([, name = '']) => ({ probe: 'snapshot', name: decodeURIComponent(name), want: 'absent' }),
  ],
];

/** What must be seen once this call was made. */
const callProbes = (call: ApiCall): Probe[] => {
  for (const [method, path, probe] of CALLS) {
    const found = call.method === method ? path.exec(call.path) : null;
    if (found) return [probe(found, call)];
  }
  return [];
};

const networkProbes = ({ before: { interfaces, pending } }: NetworkEffect): Probe[] => [
  { probe: 'file', path: INTERFACES, sha256: interfaces?.sha256 ?? null },
  { probe: 'file', path: PENDING, sha256: pending?.sha256 ?? null },
  { probe: 'network', path: null },
];

type HostEffect = Exclude<Effect, FileEffect | NetworkEffect | { kind: 'api' }>;

const ofHost = (effect: HostEffect): Probe[] => {
  switch (effect.kind) {
    case 'access':
      return [{ probe: 'access', entry: effect.entry, want: effect.way === 'remove' }];
    case 'diversion': {
      const { path, to, wrapper, way } = effect;
      return [{ probe: 'diversion', path, to, wrapper: wrapper.sha256, want: way === 'back' }];
    }
    case 'folder':
      return [{ probe: 'folder', path: effect.path, want: effect.before !== null }];
    case 'changeset':
      return [
        { probe: 'changeset', digest: effect.digest, want: effect.way === 'there' ? 'before' : 'after' },
      ];
    case 'sysctl':
      return [{ probe: 'sysctl', key: effect.key, want: effect.before }];
    case 'unit':
      return [{ probe: 'unit', unit: effect.unit, want: effect.before }];
    case 'pool-property':
      return [{ probe: 'pool', pool: effect.pool, property: effect.property, want: effect.before }];
    case 'package':
      return returned(effect).map(({ name, before }) => ({
        probe: 'package',
        package: name,
        version: before?.version ?? null,
      }));
  }
};

const ofEffect = (effect: Effect): Probe[] => {
  if (isFileEffect(effect))
    return [{ probe: 'file', path: effect.path, sha256: effect.before?.sha256 ?? null }];
  if (effect.kind === 'network') return networkProbes(effect);
  if (effect.kind !== 'api') return ofHost(effect);
  if (effect.call.path.endsWith('/config'))
    return effect.diff.map(({ key, before }) => ({ probe: 'setting', key, want: before }));
  return effect.inverse ? callProbes(effect.inverse) : [];
};

/** apt's own word for a key before the change: the plan relied on it, so its basis knows. */
const aptProbes = ({ probes, basis }: Plan): Probe[] =>
  probes.flatMap((probe) => {
    if (probe.probe !== 'apt-config') return [];
    const was = basis.find(({ of }) => of === `apt-config ${probe.key}`);
    // The basis holds the value as JSON, so that "not set" and the text "null" differ.
    return was ? [{ ...probe, want: JSON.parse(was.value) as string | null }] : [];
  });

/**
 * Files of a script may have enabled a unit before it was started, so that it is looked at as it was found before any step: the
 * plan relied on that state, and its basis knows.
 */
const asFound = ({ basis, effects }: Plan, probe: Probe): Probe => {
  if (probe.probe !== 'unit' || !effects.some(({ kind }) => kind === 'changeset')) return probe;
  const was = basis.find(({ of }) => of === `unit ${probe.unit}`);
  return was ? { ...probe, want: UnitState.parse(JSON.parse(was.value)) } : probe;
};

/** Units that read their files anew with a change set run as they did when they were found. */
const jobProbes = ({ effects, basis }: Plan): Probe[] => {
  const jobs = effects.flatMap((effect) => (effect.kind === 'changeset' ? (effect.jobs ?? []) : []));
  const units = jobs.flatMap((job) => (job.job === 'daemon-reload' ? [] : [job.unit]));
  return units.flatMap((unit) => {
    const was = basis.find(({ of }) => of === `unit ${unit}`);
    return was ? [{ probe: 'unit', unit, want: UnitState.parse(JSON.parse(was.value)) }] : [];
  });
};

/** What must be seen once these steps of a plan were taken back. */
export const undoneProbes = (plan: Plan, steps: readonly number[]): Probe[] => {
  const effects = plan.effects.filter((_, step) => steps.includes(step));
  const all = effects.length === plan.effects.length && effects.length > 0;
  const probes = effects.flatMap(ofEffect);
  return all
    ? [...probes.map((probe) => asFound(plan, probe)), ...jobProbes(plan), ...aptProbes(plan)]
    : probes;
};
