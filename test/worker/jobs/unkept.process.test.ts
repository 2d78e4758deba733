import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { verifyAudit } from '#db/audit/verify';
import { canonical } from '#db/canonical';
import { executionOf, holderOf } from '#db/journal/execution';
import { PersonId } from '#policies/ids';
import type { Job } from '#policies/job';
import { changeId } from '#test/db/journal/sample';
import { LAUNCHER } from '#test/fixture/launcher';
import {
  configOf,
  DROP_IN,
  type Node,
  openNode,
  openSite,
  PVE1,
  plannedOf,
  type Site,
  signedBy,
  ticketFor,
  VM101,
} from './site.ts';

const a = changeId('a');
const CHILD = join(import.meta.dirname, 'crash-child.ts');

type Ended = { readonly signal: NodeJS.Signals | null };

const runChild = (orders: object): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(LAUNCHER, [CHILD, JSON.stringify(orders)], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (_, signal) => resolve({ signal }));
  });

const placeOf = ({ simulator, root, state, secrets }: Site) => ({
  root,
  state,
  secrets,
  url: simulator.url,
  ca: simulator.ca,
});

/** What a change is about, and what there is of it in the world: the whole state of it, as text. */
type Case = {
  readonly wish: Job & { readonly job: 'plan' };
  readonly target: string;
  readonly prepare: (site: Site) => void;
  readonly state: (site: Site) => string;
};

const OLD = 'Acquire::Languages "de";\n';

const FILE: Case = {
  wish: {
    job: 'plan',
    change: a,
    action: 'host.recipe',
    target: PVE1,
    params: { recipe: 'apt-no-translations' },
  },
  target: 'home/pve1',
  prepare: ({ root }) => writeFileSync(join(root, DROP_IN), OLD, { mode: 0o604 }),
  state: ({ root }) => {
    const names = readdirSync(join(root, DROP_IN, '..')).join();
    const { mode, uid, gid } = statSync(join(root, DROP_IN));
    return [names, mode.toString(8), uid, gid, readFileSync(join(root, DROP_IN), 'utf8')].join(' ');
  },
};

const API: Case = {
  wish: { job: 'plan', change: a, action: 'config.set', target: VM101, params: { memory: 3072, cores: 2 } },
  target: 'home/101',
  prepare: () => undefined,
  state: ({ simulator }) => {
    const { conf, pending } = simulator.world.guests.get(101) ?? assert.fail();
    return JSON.stringify([conf, pending]);
  },
};

type Story = { readonly after: number; readonly keep: boolean; readonly dieAt: number };

/** Plans here, runs in a child that dies at a moment (and has the word of a person where `keep`), and starts again here. */
const story = async (site: Site, { wish }: Case, { after, keep, dieAt }: Story) => {
  const config = configOf({ ...placeOf(site), publicKey: site.publicKey });
  const planner = await openNode(config);
  await planner.send('message-plan', wish);
  await planner.stop();
  const revert = { after, keepBy: 'anyone_who_may_approve' as const };
  const ticket = ticketFor(planner.reports, a, site.privateKey, { revert });
  const { hash: plan } = plannedOf(planner.reports, a);
  const worker = planner.worker.address;
  const said = canonical({ choice: 'keep', change: a, worker, plan, by: PersonId.parse('ada') });
  const word: Job = { job: 'choose', change: a, choice: signedBy(site.privateKey, said) };
  const run: Job = { job: 'run', change: a, ticket };
  const jobs = [{ id: 'message-run', job: run }, ...(keep ? [{ id: 'message-keep', job: word }] : [])];
  const key = site.publicKey.export({ type: 'spki', format: 'pem' });
  const child = await runChild({ place: placeOf(site), key, jobs, dieAt, until: a });
  const node = await openNode(config);
  // Whatever the bot had sent and nobody had acknowledged is delivered again.
  for (const { id, job } of jobs) await node.send(id, job);
  return { child, node };
};

const ended = async ({ worker, settled }: Node): Promise<string> => {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const execution = executionOf(worker.journal, a);
    if (execution?.state === 'unknown') return 'unknown';
    if (execution?.outcome) {
      await settled();
      return execution.outcome.end;
    }
    assert.ok(Date.now() < deadline, `it ends, and is ${execution?.state}`);
    await new Promise((next) => setTimeout(next, 10));
  }
};

/** Exactly one end, told once; the target is free unless nobody knows; the log is whole. */
const checkedEnd = async (node: Node, target: string): Promise<string> => {
  try {
    const end = await ended(node);
    const { journal } = node.worker;
    assert.equal(holderOf(journal, target), end === 'unknown' ? a : undefined);
    const told = journal.db.sqlite
      .prepare<[], string>('SELECT body FROM outbox WHERE body LIKE \'%"finished"%\'')
      .all();
    assert.equal(told.length, end === 'unknown' ? 0 : 1);
    return end;
  } finally {
    await node.stop();
    assert.equal(verifyAudit(node.worker.journal.db.path).verdict, 'whole');
  }
};

/** Dies at every moment in turn, the first one counted from 1; how it ended each time. What stands afterwards is all of it or nothing. */
const matrix = async (about: Case, how: Omit<Story, 'dieAt'>, from = 1): Promise<readonly string[]> => {
  const ends: string[] = [];
  for (let dieAt = from; ; dieAt += 1) {
    const site = await openSite();
    try {
      about.prepare(site);
      const before = about.state(site);
      const { child, node } = await story(site, about, { ...how, dieAt });
      const end = await checkedEnd(node, about.target);
      const changed = about.state(site) !== before;
      assert.equal(changed, end === 'succeeded', `moment ${dieAt} ended ${end}`);
      if (child.signal === null) return [...ends, `at last ${end}`];
      assert.equal(child.signal, 'SIGKILL');
      ends.push(end);
    } finally {
      await site.close();
    }
  }
};

/** Nothing began, and the message was delivered again; twice nothing was done and is not begun again; then so many times the same. */
const ends = (all: string, times: number): readonly string[] => [
  all,
  'failed',
  'failed',
  ...Array.from({ length: times }, () => all),
  `at last ${all}`,
];

test('killed at any moment, a file that nobody keeps is as it was before, to the last byte', async (t) => {
  if (!existsSync('/usr/bin/apt-config')) return t.skip('needs apt-config');
  assert.deepEqual(await matrix(FILE, { after: 300, keep: false }), ends('reverted', 9));
});

test('killed at any moment from its sending on, a setting that nobody keeps is as it was before', async () => {
  const all = await matrix(API, { after: 300, keep: false }, 4);
  assert.deepEqual(all, ends('reverted', 9).slice(3));
});

test('killed at any moment, what a person kept in time stays, and what never began is not begun', async (t) => {
  if (!existsSync('/usr/bin/apt-config')) return t.skip('needs apt-config');
  assert.deepEqual(await matrix(FILE, { after: 60_000, keep: true }), ends('succeeded', 7));
});
