import type { SettingDiff } from '#policies/effect';
import type { Blast, Undo } from '#policies/plan';
import type { Probe } from '#policies/probe';
import { no, ok, type Result } from '#policies/result';
import type { Risk } from '#policies/risk';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Part, Planner } from './action.ts';
import { call, step } from './call.ts';
import type { GuestFacts, GuestState } from './guest.ts';
import type { Demands } from './guest-checks.ts';
import { guestPlanner } from './guest-draft.ts';
import { shown } from './setting.ts';

type PowerAction =
  | 'guest.start'
  | 'guest.shutdown'
  | 'guest.reboot'
  | 'guest.stop'
  | 'guest.suspend'
  | 'guest.resume';

type Verb = 'start' | 'shutdown' | 'reboot' | 'stop' | 'suspend' | 'resume';

type Row = {
  readonly verb: Verb;
  /** Parameters of the request. */
  readonly params?: Readonly<Record<string, string>>;
  readonly demands: Omit<Demands, 'template'>;
  /** The state in which there is nothing left to do; null where it always does something. */
  readonly done: GuestState | null;
  readonly probe: (guest: GuestFacts, now: number) => Probe;
  /** What takes it back, where it does so wholly. */
  readonly inverse: (guest: GuestFacts) => Verb | null;
  readonly blast: Blast['blast'] | null;
  /** Settings that wait for a restart take effect with it. */
  readonly appliesPending: boolean;
  readonly kinds: readonly ('qemu' | 'lxc')[];
  /** The risk for a guest under HA, where the manager acts as well. */
  readonly underHa?: Risk;
};

const becomes = (want: 'running' | 'stopped' | 'paused') => (): Probe => ({ probe: 'guest-status', want });

/**
 * The power actions as data. A stop overtakes a shutdown that hangs (`overrule-shutdown`), because that is what it is
 * asked for. Suspending a container takes lxc-checkpoint, which fails on PVE 8 and 9, so it is refused.
 */
const ROWS: { readonly [N in PowerAction]: Row } = {
  'guest.start': {
    verb: 'start',
    demands: { states: ['stopped', 'hibernated'], quorum: 'needed', allowLock: 'suspended' },
    done: 'running',
    probe: becomes('running'),
    inverse: ({ state }) => (state === 'stopped' ? 'shutdown' : null),
    blast: null,
    appliesPending: true,
    kinds: ['qemu', 'lxc'],
  },
  'guest.shutdown': {
    verb: 'shutdown',
    demands: { states: ['running'], quorum: 'not-needed' },
    done: 'stopped',
    probe: becomes('stopped'),
    inverse: () => 'start',
    blast: 'guest-stops',
    appliesPending: true,
    kinds: ['qemu', 'lxc'],
    underHa: 'high',
  },
  'guest.reboot': {
    verb: 'reboot',
    // Without quorum a container stops and does not come back (seen on PVE 8.4).
    demands: { states: ['running'], quorum: 'needed' },
    done: null,
    probe: ({ uptime }, now) => ({ probe: 'guest-restarted', upBefore: now - uptime * 1000 }),
    inverse: () => null,
    blast: 'guest-interrupted',
    appliesPending: true,
    kinds: ['qemu', 'lxc'],
  },
  'guest.stop': {
    verb: 'stop',
    params: { 'overrule-shutdown': '1' },
    demands: {
      states: ['running', 'paused'],
      quorum: 'not-needed',
      overtakes: ['qmshutdown', 'vzshutdown'],
    },
    done: 'stopped',
    probe: becomes('stopped'),
    inverse: ({ state }) => (state === 'running' ? 'start' : null),
    blast: 'guest-stops',
    appliesPending: true,
    kinds: ['qemu', 'lxc'],
    underHa: 'critical',
  },
  'guest.suspend': {
    verb: 'suspend',
    demands: { states: ['running'], quorum: 'not-needed' },
    done: 'paused',
    probe: becomes('paused'),
    inverse: () => 'resume',
    blast: 'guest-interrupted',
    appliesPending: false,
    kinds: ['qemu'],
  },
  'guest.resume': {
    verb: 'resume',
    demands: { states: ['paused', 'hibernated'], quorum: 'not-needed', allowLock: 'suspended' },
    done: 'running',
    probe: becomes('running'),
    inverse: ({ state }) => (state === 'paused' ? 'suspend' : null),
    blast: null,
    appliesPending: false,
    kinds: ['qemu'],
  },
};

const pendingDiff = (guest: GuestFacts): SettingDiff[] =>
  [...guest.pending].map(([key, { from, to }]) => ({ key, before: shown(key, from), after: shown(key, to) }));

const blastOf = (blast: Row['blast'], { at, name }: GuestFacts): Blast[] =>
  blast === 'guest-stops' || blast === 'guest-interrupted' ? [{ blast, vmid: at.vmid, name }] : [];

const statusPath = (guest: GuestFacts, verb: Verb): string => `${guest.path}/status/${verb}`;

const undoOf = (inverse: Verb | null): Undo =>
  inverse === null ? { possible: false, why: 'already-happened' } : { possible: true };

const partOf = (row: Row, guest: GuestFacts, now: number): Part => {
  const inverse = row.inverse(guest);
  const effect = step(call('POST', statusPath(guest, row.verb), row.params), {
    diff: row.appliesPending ? pendingDiff(guest) : [],
    inverse: inverse === null ? null : call('POST', statusPath(guest, inverse)),
  });
  return {
    effects: [effect],
    probes: [row.probe(guest, now)],
    blast: blastOf(row.blast, guest),
    undo: undoOf(inverse),
    ...(guest.ha !== null && row.underHa !== undefined ? { risk: row.underHa } : {}),
  };
};

const plan = (action: PowerAction, guest: GuestFacts, now: number): Result<Part, WorkerRefusal> => {
  const row = ROWS[action];
  if (!row.kinds.includes(guest.at.kind)) return no({ no: 'wrong-kind', action, kind: guest.at.kind });
  if (guest.state === row.done) return no({ no: 'nothing-to-do' });
  return ok(partOf(row, guest, now));
};

/** Starting, stopping and pausing guests. */
export const power = <N extends PowerAction>(action: N): Planner<N> =>
  guestPlanner<N>(action, {
    needs: () => [{ path: '/vms/{vmid}', anyOf: ['VM.PowerMgmt'] }],
    demands: () => ({ ...ROWS[action].demands, template: 'refused' }),
    part: ({ guest, context }) => plan(action, guest, context.now()),
  });
