import type { Check } from '#policies/check';
import type { GuestFacts, GuestState } from './guest.ts';

/** What an action demands of a guest besides its own checks. */
export type Demands = {
  /** States in which it makes sense. */
  readonly states: readonly GuestState[];
  /** Whether it writes under /etc/pve, which needs quorum; the rest works without and is only warned about. */
  readonly quorum: 'needed' | 'not-needed';
  /** A lock that does not stand in the way. */
  readonly allowLock?: string;
  /** Types of tasks that it may overtake. */
  readonly overtakes?: readonly string[];
  readonly template: 'allowed' | 'refused';
};

const lock = ({ lock: held }: GuestFacts, { allowLock }: Demands): Check =>
  held === null
    ? { check: 'lock', state: 'ok', facts: {} }
    : { check: 'lock', state: held === allowLock ? 'warn' : 'stop', facts: { lock: held } };

const runningTask = ({ tasks }: GuestFacts, { overtakes = [] }: Demands): Check => {
  if (tasks === null) return { check: 'running-task', state: 'unknown', facts: {} };
  const blocking = tasks.find(({ type }) => !overtakes.includes(type));
  const task = blocking ?? tasks[0];
  if (task === undefined) return { check: 'running-task', state: 'ok', facts: {} };
  return { check: 'running-task', state: blocking ? 'stop' : 'warn', facts: { ...task } };
};

const QUORUM = { yes: 'ok', standalone: 'ok', unknown: 'unknown' } as const;

/** Whether the site may write its configuration. */
export const quorumCheck = ({ quorum }: Pick<GuestFacts, 'quorum'>, needed: Demands['quorum']): Check => ({
  check: 'quorum',
  state: quorum === 'no' ? (needed === 'needed' ? 'stop' : 'warn') : QUORUM[quorum],
  facts: { quorum },
});

const status = ({ state }: GuestFacts, { states }: Demands): Check => ({
  check: 'guest-status',
  state: states.includes(state) ? 'ok' : 'stop',
  facts: { status: state, needs: states.join(', ') },
});

const ha = ({ ha: state }: GuestFacts): Check =>
  state === null
    ? { check: 'ha', state: 'ok', facts: { managed: false } }
    : { check: 'ha', state: 'warn', facts: { managed: true, state } };

const template = ({ template: is }: GuestFacts, { template: rule }: Demands): Check => ({
  check: 'template',
  state: is ? (rule === 'refused' ? 'stop' : 'warn') : 'ok',
  facts: { template: is },
});

/** What every action on a guest looks at first. */
export const guestChecks = (guest: GuestFacts, demands: Demands): Check[] => [
  status(guest, demands),
  lock(guest, demands),
  runningTask(guest, demands),
  ha(guest),
  quorumCheck(guest, demands.quorum),
  template(guest, demands),
];
