import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ChangeSetEffect } from '#policies/change-set';
import type { Job } from '#policies/job';
import { plannedReport, someInventory, somePlan } from '../fake/worker.ts';
import { openRoom, until } from './room.ts';

const LINES = Array.from({ length: 400 }, (_, at) => `echo 'line ${at} of the script' >> /etc/hosts`);

const effectOf = (change: string): ChangeSetEffect => ({
  kind: 'changeset',
  tx: change,
  way: 'there',
  digest: 'd'.repeat(64),
  mounts: [{ path: '/', profile: 'posix' }],
  paths: ['/etc/hosts'],
  packages: [],
  accounts: [],
  units: [],
  entries: [
    { path: '/etc/hosts', before: null, after: 'file 0644 0:0', diff: ['+192.0.2.9 nas'], unshown: null },
  ],
  rehearsed: {
    script: 'own',
    path: '/root/own.sh',
    sha256: 'e'.repeat(64),
    args: [],
    answers: null,
    text: LINES.join('\n'),
    labels: [],
    code: 0,
    short: [],
    unseen: [],
  },
});

/** What a script of a node would do is agreed to like any other change: seen whole, by enough different people. */
describe('a script of a node, asked for in chat', () => {
  let room: Awaited<ReturnType<typeof openRoom>>;
  const runs = () => room.worker.jobs.filter(({ job }) => job === 'run');
  const script = { name: 'own', title: 'Own', path: '/root/own.sh', sha256: 'e'.repeat(64), args: [] };
  const wanted = (): Extract<Job, { job: 'plan' }> => {
    const job = room.worker.jobs.find(({ job: name }) => name === 'plan');
    return job?.job === 'plan' ? job : assert.fail('no plan was asked for');
  };
  beforeEach(async () => {
    room = await openRoom();
    const scripts = [{ node: 'pve1', scripts: { known: true, value: [script] } }];
    await room.worker.tell({
      report: 'inventory',
      inventory: someInventory(Date.now() + 60_000, { scripts }),
    });
    room.script.plan = (job) =>
      plannedReport(somePlan(job, { effects: [effectOf(job.change)], probes: [], risk: 'critical' }));
  });
  afterEach(() => room.close());

  it('is shown whole as a file with its sha256, and begins with the second of two approvals', async () => {
    room.say('ada', '/script plan own accept=left-out answers="Go on=yes"');
    await until('it is asked for', () => room.worker.jobs.some(({ job }) => job === 'plan'));
    assert.deepEqual(wanted().params, { script: 'own', accept: 'left-out', answers: 'Go on=yes' });
    const card = await room.cardSays(1, /apply what script own changes on .*waiting for approval[^]*0\/2/);
    const file = await until('the file', () =>
      room.telegram.messages(room.group).find(({ document }) => document !== undefined),
    );
    const bytes = file.document?.bytes ?? Buffer.alloc(0);
    assert.match(card.text, new RegExp(createHash('sha256').update(bytes).digest('hex').slice(0, 12)));
    for (const [at, line] of LINES.entries()) assert.ok(bytes.includes(`${at + 1}| ${line}\n`), line);
    assert.match(await room.press('ada', 1, 'Approve'), /You asked for this/);
    await room.press('ivan', 1, 'Approve');
    await room.cardSays(1, /1\/2/);
    assert.deepEqual(runs(), []);
    await room.press('omar', 1, 'Approve');
    await room.cardSays(1, /done and verified/);
    const [run] = runs();
    assert.ok(run?.job === 'run');
    const ticket: { votes: { person: string }[] } = JSON.parse(run.ticket.text);
    assert.deepEqual(ticket.votes.map(({ person }) => person).toSorted(), ['ivan', 'omar']);
  });

  it('that asks for more than a plan does is refused by name, with the words that would accept it', async () => {
    room.script.plan = ({ change }) => ({
      report: 'refused',
      change,
      refusal: {
        no: 'script-falls-short',
        script: 'own',
        short: [
          { of: 'left-out', what: ['systemctl restart chrony'] },
          { of: 'failed', what: ['exit 3'] },
        ],
      },
    });
    room.say('ada', '/script pve1 own');
    const { text } = await room.cardSays(1, /would not be all that the script own does/);
    assert.match(text, /systemctl restart chrony/);
    assert.match(text, /accept=left-out,failed/);
    assert.deepEqual(room.card(1)?.buttons.flat(), []);
  });
});
