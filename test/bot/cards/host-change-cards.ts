import { hash } from 'node:crypto';
import { changeCard } from '#bot/cards/change';
import type { ChangeView } from '#bot/cards/change-state';
import { standingsCard } from '#bot/cards/recipes';
import { wordsOf } from '#bot/cards/words';
import type { Card } from '#bot/chat/card';
import { type Limits, roomOf } from '#bot/chat/chat';
import { Change } from '#policies/change/change';
import type { StateName } from '#policies/change/state';
import { ChangeId } from '#policies/ids';
import { Plan } from '#policies/plan';
import { Standings } from '#policies/recipes/standing';
import { EVERYBODY } from '../../policies/people.ts';
import { around, NOW, sampleChange, samplePlan } from './sample.ts';

const PVE1 = { kind: 'node', site: 'home', node: 'pve1' } as const;

type About = Pick<Plan, 'action'> & { readonly params: object } & Partial<
    Pick<Plan, 'effects' | 'undoes' | 'checks' | 'blast' | 'undo' | 'probes'>
  >;

/** A change of a node in a state, with its plan. */
const viewOf = (state: StateName, { action, params, ...rest }: About, more: object = {}): ChangeView => {
  const change = sampleChange(state);
  return {
    change: Change.parse({
      ...change,
      action,
      target: PVE1,
      params,
      state: { ...change.state, ...more },
    }),
    plan:
      'plan' in change.state
        ? Plan.parse({ ...samplePlan, action, target: PVE1, params, name: 'pve1', ...rest })
        : null,
    name: 'pve1',
    people: EVERYBODY,
    standIns: [],
    now: NOW,
    around,
  };
};

const id = (letter: string): ChangeId => ChangeId.parse(letter.repeat(20));
const file = (content: string) => ({ content, sha256: 'f'.repeat(64), mode: 0o644, uid: 0, gid: 0 });

/** Two of four changes go back; the third was edited since. */
const UNDO_SINCE: About = {
  action: 'change.undo',
  params: { subsystem: 'kernel', since: NOW - 86_400_000, to: '2026-09-20 16:13 Europe/Berlin' },
  effects: [
    { kind: 'sysctl', key: 'vm.swappiness', before: '10', after: '60' },
    { kind: 'file', path: '/etc/sysctl.d/99-quorate-memory.conf', before: file('a = 1\n'), after: null },
  ],
  undoes: {
    changes: [
      { change: id('d'), what: 'memory' },
      { change: id('c'), what: 'kernel-panic' },
    ],
    stop: {
      change: id('b'),
      what: 'limits',
      why: null,
      checks: [{ check: 'later-edit', state: 'stop', facts: { path: '/etc/security/limits.conf' } }],
    },
    older: [{ change: id('a'), what: 'kexec' }],
  },
  checks: [{ check: 'later-edit', state: 'ok', facts: {} }],
  blast: [],
  undo: { possible: false, why: 'is-an-undo' },
};

/** Two guests run there, one of them under HA; its kernel is to be started with something else. */
const REBOOT: About = {
  action: 'node.reboot',
  params: {},
  effects: [
    {
      kind: 'api',
      call: { method: 'POST', path: '/nodes/pve1/status', params: { command: 'reboot' } },
      answer: 'done',
      diff: [],
      inverse: null,
    },
  ],
  blast: [
    { blast: 'guest-interrupted', vmid: 101, name: 'web-01' },
    { blast: 'guest-stops', vmid: 102, name: 'db-01' },
  ],
  checks: [
    { check: 'running-task', state: 'ok', facts: {} },
    { check: 'ha', state: 'warn', facts: { managed: '101' } },
    { check: 'quorum', state: 'warn', facts: { online: 1, needed: 2 } },
  ],
  undo: { possible: false, why: 'already-happened' },
};

const REBOOTED = {
  outcome: {
    end: 'failed',
    step: 0,
    failure: { failure: 'not-seen' },
    seen: [
      { probe: { probe: 'node-rebooted', node: 'pve1', upBefore: 0 }, ok: true, saw: 'up for 42 s' },
      {
        probe: { probe: 'cmdline', has: ['iommu=pt'], lacks: [], boot: 'x' },
        ok: false,
        saw: 'root=/dev/sda1 quiet',
      },
    ],
    upids: [],
  },
};

const STANDINGS = Standings.parse({
  at: NOW - 120_000,
  standings: [
    { recipe: 'amd-fixes', is: 'unfit', why: 'processor intel; it is for amd' },
    { recipe: 'apt-ipv4', is: 'holds' },
    { recipe: 'ha-services', is: 'stopped' },
    { recipe: 'memory', is: 'differs' },
    { recipe: 'zfs-arc', is: 'unseen' },
  ],
});

const STOPPED = {
  refusal: {
    no: 'undo-stopped',
    stop: { change: id('b'), what: 'network.apply', why: 'did-not-succeed', checks: [] },
    older: 1,
  },
};

const undoCards = (draw: (view: ChangeView) => Card): Readonly<Record<string, Card>> => {
  const numbers = new Map(['a', 'b', 'c', 'd'].map((letter, index) => [id(letter), 38 + index] as const));
  return {
    'host-undo-since': draw({
      ...viewOf('awaiting', UNDO_SINCE),
      around: { ...around, numbers },
    }),
    'host-undo-since-done': draw({
      ...viewOf('succeeded', UNDO_SINCE),
      around: { ...around, numbers },
    }),
    'host-undo-since-refused': draw(viewOf('refused', UNDO_SINCE, STOPPED)),
  };
};

/** Cards of what is done to a node, in English and in Spanish, for a platform's limits. */
export const hostChangeCards = (limits: Limits): Readonly<Record<string, Card>> => {
  const cardsIn = (locale: string): Readonly<Record<string, Card>> => {
    const words = wordsOf(locale);
    const draw = (view: ChangeView): Card =>
      changeCard({
        words,
        view,
        room: roomOf(limits),
        token: (verb) => verb,
        sha256: (text) => hash('sha256', text),
      });
    return {
      ...undoCards(draw),
      'host-reboot': draw(viewOf('awaiting', REBOOT)),
      'host-reboot-other-cmdline': draw(viewOf('failed', REBOOT, REBOOTED)),
      'recipes-on-node': standingsCard(words, 'home/pve1', { seen: STANDINGS, isFresh: false }),
    };
  };
  const spanish = Object.entries(cardsIn('es')).map(([name, card]) => [`${name}.es`, card]);
  return { ...cardsIn('en'), ...Object.fromEntries(spanish) };
};
