import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { verifyAudit } from '#db/audit/verify';
import { executionOf, holderOf } from '#db/journal/execution';
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
  type Site,
  ticketFor,
  VM101,
} from './site.ts';

const a = changeId('a');
const CHILD = join(import.meta.dirname, 'crash-child.ts');

type Ended = { readonly signal: NodeJS.Signals | null; readonly out: string };

const runChild = (orders: object): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const child = spawn(LAUNCHER, [CHILD, JSON.stringify(orders)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (_, signal) => resolve({ signal, out }));
  });

const placeOf = ({ simulator, root, state, secrets }: Site) => ({
  root,
  state,
  secrets,
  url: simulator.url,
  ca: simulator.ca,
});

/** Plans in this process, runs in a child that dies at a moment, starts again here and delivers the message again. */
const story = async (site: Site, wish: Job & { job: 'plan' }, dieAt: number) => {
  const config = configOf({ ...placeOf(site), publicKey: site.publicKey });
  const planner = await openNode(config);
  await planner.send('message-plan', wish);
  await planner.stop();
  const ticket = ticketFor(planner.reports, a, site.privateKey);

  const run: Job = { job: 'run', change: a, ticket };
  const key = site.publicKey.export({ type: 'spki', format: 'pem' });
  const jobs = [{ id: 'message-run', job: run }];
  const child = await runChild({ place: placeOf(site), key, jobs, dieAt });

  const node = await openNode(config);
  await node.settled();
  await node.send('message-run', run);
  return { child, node };
};

/** Recorded exactly once: an outcome with the target free, or unknown with the target locked. */
const checkRecord = (node: Node, target: string): 'done' | 'undone' | 'unknown' => {
  const { journal } = node.worker;
  const execution = executionOf(journal, a);
  assert.ok(execution, 'the run is on record');
  const told = journal.db.sqlite
    .prepare<[], string>('SELECT body FROM outbox WHERE body LIKE \'%"finished"%\' OR body LIKE \'%"lost"%\'')
    .pluck()
    .all();
  assert.equal(told.length, 1, 'told exactly once');
  assert.equal(holderOf(journal, target), execution.state === 'unknown' ? a : undefined);
  if (execution.state === 'unknown') return 'unknown';
  assert.equal(execution.state, 'done');
  return execution.outcome?.end === 'succeeded' ? 'done' : 'undone';
};

const lookedAt = async (node: Node, target: string): Promise<string> => {
  try {
    return checkRecord(node, target);
  } finally {
    await node.stop();
    assert.equal(verifyAudit(node.worker.journal.db.path).verdict, 'whole');
  }
};

const matrix = async (
  wish: Job & { job: 'plan' },
  target: string,
  happened: (site: Site) => number,
): Promise<string[]> => {
  const ends: string[] = [];
  for (let dieAt = 1; ; dieAt += 1) {
    const site = await openSite();
    try {
      const { child, node } = await story(site, wish, dieAt);
      const end = await lookedAt(node, target);
      assert.equal(happened(site), end === 'undone' ? 0 : 1, `moment ${dieAt} ended ${end}`);
      if (child.signal === null) return ends;
      assert.equal(child.signal, 'SIGKILL');
      ends.push(end);
    } finally {
      await site.close();
    }
  }
};

test('killed at any moment of an API change, it is done and recorded once, undone, or unknown with the target locked', async () => {
  const wish = { job: 'plan' as const, change: a, action: 'guest.stop' as const, target: VM101, params: {} };
  const ends = await matrix(wish, 'home/101', (site) => site.posts().length);
  assert.deepEqual(ends, [
    'done',
    'undone',
    'undone',
    'done',
    'done',
    'done',
    'done',
    'done',
    'done',
    'done',
  ]);
});

test('killed at any moment of a file change, it is done and recorded once, undone, or unknown with the target locked', async (t) => {
  if (!existsSync('/usr/bin/apt-config')) return t.skip('needs apt-config');
  const params = { recipe: 'apt-no-translations' };
  const wish = { job: 'plan' as const, change: a, action: 'host.recipe' as const, target: PVE1, params };
  const ends = await matrix(wish, 'home/pve1', ({ root }) => {
    const names = readdirSync(join(root, dirname(DROP_IN)));
    assert.ok(
      names.every((name) => name === '99quorate-no-translations'),
      'no draft is left',
    );
    return names.length;
  });
  assert.deepEqual(ends, ['done', 'undone', 'undone', 'done', 'done', 'done', 'done', 'done']);
});
