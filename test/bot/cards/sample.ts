import type { Around } from '#bot/cards/change-state';
import { Change } from '#policies/change/change';
import type { State, StateName } from '#policies/change/state';
import { Inventory } from '#policies/inventory';
import { Plan } from '#policies/plan';
import { someInventory } from '../../fake/worker.ts';

/** The moment in which all samples are drawn (ms). */
export const NOW = 1_790_000_000_000;

/** A change that has no other beside it. */
export const around: Around = { clock: null, others: [], asked: 1, numbers: new Map() };

const HASH = '3f9a'.repeat(16);
const agreed = { plan: HASH, votes: [{ person: 'ada', plan: HASH, at: NOW - 60_000 }] };
const needs = [{ count: 2, role: 'admin' }];
const waiting = {
  ...agreed,
  needs,
  voteValidFor: 3_600_000,
  confirm: false,
  secondFactor: false,
  alone: false,
  from: NOW,
  until: NOW + 1_200_000,
};
const seen = [
  { probe: { probe: 'guest-status', want: 'stopped' }, ok: true, saw: 'stopped' },
  { probe: { probe: 'snapshot', name: 'before', want: 'current' }, ok: false, saw: 'none' },
];
const failed = {
  step: 0,
  failure: {
    failure: 'task',
    upid: 'UPID:x',
    exit: 'got timeout',
    log: ['trying to acquire lock...', 'got timeout'],
  },
  seen,
  upids: [],
};

/** A plan with one of everything that a card can show. */
export const samplePlan = Plan.parse({
  change: 'a'.repeat(20),
  action: 'guest.stop',
  target: { kind: 'guest', site: 'home', vmid: 101 },
  node: 'pve1',
  params: {},
  name: 'web-01',
  basis: [],
  effects: [
    {
      kind: 'file',
      path: '/etc/apt/apt.conf.d/99quorate',
      before: null,
      after: { content: 'Acquire::Languages "none";\n', sha256: 'f'.repeat(64), mode: 0o644, uid: 0, gid: 0 },
    },
    {
      kind: 'api',
      call: { method: 'POST', path: '/nodes/pve1/qemu/101/status/stop', params: { timeout: '30' } },
      answer: 'task',
      diff: [{ key: 'status', before: 'running', after: 'stopped' }],
      inverse: null,
    },
  ],
  probes: [],
  checks: [
    { check: 'lock', state: 'ok', facts: {} },
    { check: 'quorum', state: 'ok', facts: { quorum: 'quorate' } },
    { check: 'last-backup', state: 'warn', facts: { ageHours: 40, storage: 'local' } },
    { check: 'running-task', state: 'unknown', facts: {} },
  ],
  blast: [
    { blast: 'guest-stops', vmid: 101, name: 'web-01' },
    { blast: 'since-snapshot-lost', name: 'before-upgrade' },
  ],
  risk: 'high',
  undo: { possible: true },
  madeAt: NOW,
});

const STATES: { readonly [S in StateName]: { readonly state: S } & { readonly [name: string]: unknown } } = {
  planning: { state: 'planning', until: NOW + 60_000 },
  awaiting: { state: 'awaiting', ...waiting },
  approved: { state: 'approved', ...waiting, since: NOW, needs: [{ count: 1, role: 'admin' }] },
  running: { state: 'running', ...agreed, step: 1, upid: null, since: NOW },
  confirming: {
    state: 'confirming',
    ...agreed,
    keeping: { keepBy: 'anyone_who_may_approve', needs: [{ count: 1, role: 'admin' }] },
    seen: seen.slice(0, 1),
    until: NOW + 60_000,
    chosen: null,
  },
  unknown: { state: 'unknown', ...agreed, why: 'worker-restarted', since: NOW },
  succeeded: {
    state: 'succeeded',
    ...agreed,
    outcome: { end: 'succeeded', seen: seen.slice(0, 1), upids: [] },
    began: NOW - 84_000,
  },
  reverted: {
    state: 'reverted',
    ...agreed,
    outcome: { end: 'reverted', ...failed, failure: { failure: 'not-seen' } },
  },
  failed: { state: 'failed', ...agreed, outcome: { end: 'failed', ...failed, step: 1 } },
  denied: { state: 'denied', ...agreed, by: 'ivan' },
  withdrawn: { state: 'withdrawn', by: 'omar' },
  expired: { state: 'expired', was: 'awaiting', asked: { ...agreed, needs } },
  refused: { state: 'refused', refusal: { no: 'role-too-low', role: 'viewer', needs: 'operator' } },
};

/** Names of all states, in the order of a change's life. */
export const STATE_NAMES = Object.keys(STATES) as readonly StateName[]; // the keys of the table above

/** Change 12 in a state. */
export const sampleChange = (state: State['state']): Change =>
  Change.parse({
    id: 'a'.repeat(20),
    no: 12,
    version: 3,
    action: 'guest.stop',
    target: { kind: 'guest', site: 'home', vmid: 101 },
    params: {},
    requester: 'omar',
    chat: { platform: 'console', id: 'console' },
    worker: 'node.home.pve1',
    rules: 'r',
    undoes: null,
    reason: null,
    runAt: null,
    openedAt: NOW - 120_000,
    changedAt: NOW - 60_000,
    state: STATES[state],
  });

const guestRows = () => {
  const { guests } = someInventory(NOW);
  return guests.known ? guests.value : [];
};

/** A site where something of everything is to be seen. */
export const sampleInventory = (more: object = {}): Inventory => {
  const [dns, web, db, second] = guestRows();
  return Inventory.parse({
    ...someInventory(NOW - 20_000),
    quorum: { known: true, value: { standalone: false, quorate: true, nodes: 2, online: 1 } },
    nodes: {
      known: true,
      value: [
        { node: 'pve1', online: true, cpu: 0.25, memory: 8 * 2 ** 30, maxMemory: 32 * 2 ** 30 },
        { node: 'pve2', online: false, cpu: null, memory: null, maxMemory: null },
      ],
    },
    guests: {
      known: true,
      value: [
        dns,
        { ...web, tags: ['prod', 'web'], pool: 'shop', lock: 'backup' },
        { ...db, kind: 'lxc', status: 'stopped', uptime: 0 },
        { ...second, vmid: 9000, name: 'debian-12', template: true, status: 'stopped', uptime: 0 },
        {
          ...second,
          vmid: 104,
          name: 'lost',
          node: 'pve2',
          status: 'unknown',
          memory: null,
          maxMemory: null,
          uptime: null,
        },
      ],
    },
    storages: {
      known: true,
      value: [
        {
          storage: 'local',
          node: 'pve1',
          shared: false,
          active: true,
          content: ['backup'],
          used: 95,
          total: 100,
        },
        { storage: 'nfs', node: 'pve1', shared: true, active: false, content: [], used: null, total: null },
        { storage: 'ceph', node: 'pve1', shared: true, active: true, content: [], used: null, total: null },
      ],
    },
    backups: {
      known: true,
      value: [
        { vmid: 100, storage: 'local', volid: 'a', at: NOW - 3_600_000, size: 5 * 2 ** 30, protected: false },
        { vmid: 101, storage: 'local', volid: 'b', at: NOW - 200_000_000, size: null, protected: false },
      ],
    },
    backupRuns: {
      known: true,
      value: [
        { upid: 'u1', node: 'pve1', vmid: 101, at: NOW - 7_200_000, ok: false, exit: 'job errors' },
        {
          upid: 'u2',
          node: 'pve1',
          vmid: null,
          at: NOW - 90_000_000,
          ok: false,
          exit: 'interrupted by signal',
        },
        { upid: 'u3', node: 'pve1', vmid: 100, at: NOW - 3_600_000, ok: true, exit: 'OK' },
      ],
    },
    uncovered: { known: true, value: [104] },
    ...more,
  });
};
