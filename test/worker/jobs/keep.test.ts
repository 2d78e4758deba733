import assert from 'node:assert/strict';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { verifyAudit } from '#db/audit/verify';
import { canonical } from '#db/canonical';
import { armedFor, unkept } from '#db/journal/armed';
import { executionOf, holderOf } from '#db/journal/execution';
import { planOf } from '#db/journal/plans';
import type { Revert } from '#policies/change/revert';
import { type ChangeId, PersonId } from '#policies/ids';
import type { Choice, SignedTicket } from '#policies/ticket';
import { changeId } from '#test/db/journal/sample';
import { watchUnkept } from '#worker/jobs/unkept';
import { NODE, rig } from './rig.ts';

const [a, b] = [changeId('a'), changeId('b')];
const [omar, ada] = [PersonId.parse('omar'), PersonId.parse('ada')];
const AFTER = 60_000;
const BY_ANYONE: Revert = { after: AFTER, keepBy: 'anyone_who_may_approve' };

describe('a change that is taken back unless it is kept', () => {
  let r: ReturnType<typeof rig>;
  let clock: number;
  const file = () => join(r.root, 'etc/x');
  const text = () => readFileSync(file(), 'utf8');
  beforeEach(async () => {
    clock = Date.now();
    r = rig({}, () => clock);
    writeFileSync(file(), 'old\n');
    chmodSync(file(), 0o640);
    r.wants({ '/etc/x': 'new\n' });
    await r.plan(a);
  });
  afterEach(() => r.close());

  const choice = (said: Partial<Choice> = {}): Choice => ({
    choice: 'keep',
    change: a,
    worker: r.journal.address,
    plan: planOf(r.journal, a)?.hash ?? assert.fail(),
    by: ada,
    ...said,
  });
  const signed = (said: Partial<Choice> = {}): SignedTicket => r.sign(canonical(choice(said)));
  const run = (revert: Revert = BY_ANYONE, change: ChangeId = a) =>
    r.send({ job: 'run', change, ticket: r.ticket(change, { revert }) });
  const say = (said: Partial<Choice> = {}, change: ChangeId = a) =>
    r.send({ job: 'choose', change, choice: signed(said) });
  const execution = () => executionOf(r.journal, a) ?? assert.fail();
  const outcome = () => execution().outcome;
  const names = () => r.reports().map(({ report }) => report);
  const seen = async (what: string, look: () => boolean): Promise<void> => {
    const end = Date.now() + 5000;
    while (!look()) {
      assert.ok(Date.now() < end, what);
      await new Promise((next) => setTimeout(next, 20));
    }
  };
  /** What the worker's own clock does at its deadline, once. */
  const watched = async (): Promise<void> => {
    const stop = watchUnkept(r.worker);
    try {
      await seen('it is decided', () => unkept(r.journal).length === 0);
      await r.worker.lanes.idle();
    } finally {
      stop();
    }
  };

  it('is armed before its first step, is not done when it was seen to be, and holds its target', async () => {
    r.diesAt('claimed');
    await run();
    assert.equal(armedFor(r.journal, a)?.deadline, clock + AFTER);
    assert.equal(execution().steps.length, 0);
    r.wants({ '/etc/x': 'new\n' });
    await r.plan(b);
    await run(BY_ANYONE, b);
    assert.equal(executionOf(r.journal, b), undefined, 'the first one holds the target');
  });

  it('people are told until when, counted from when it was seen to be done', async () => {
    await run();
    assert.equal(text(), 'new\n');
    assert.deepEqual(
      [execution().state, outcome(), holderOf(r.journal, 'home/pve1')],
      ['confirming', null, a],
    );
    const told = r.reports().at(-1);
    assert.ok(told?.report === 'verified' && told.until === clock + AFTER && told.seen.length === 1);
  });

  it('stays when a person keeps it in time, which is its end, and can be undone like any other', async () => {
    await run();
    clock += AFTER - 1;
    await say();
    const end = outcome();
    assert.ok(end?.end === 'succeeded' && end.kept === ada && end.seen.length === 1);
    assert.deepEqual([text(), holderOf(r.journal, 'home/pve1')], ['new\n', undefined]);
    clock += AFTER;
    assert.deepEqual(unkept(r.journal), []);
    await r.send({
      job: 'plan',
      change: b,
      action: 'change.undo',
      target: NODE,
      params: { of: a, no: 1 },
    });
    assert.equal(r.reports().at(-1)?.report, 'planned');
  });

  it('is taken back at the deadline to the last byte and bit, with nobody there', async () => {
    await run();
    clock += AFTER;
    await watched();
    const end = outcome();
    assert.ok(end?.end === 'reverted' && end.failure.failure === 'not-kept');
    assert.ok(end.seen.length === 1 && end.seen.every(({ ok }) => ok));
    assert.deepEqual([text(), statSync(file()).mode & 0o7777], ['old\n', 0o640]);
    assert.equal(holderOf(r.journal, 'home/pve1'), undefined);
    assert.equal(names().at(-1), 'finished');
    assert.equal(verifyAudit(r.journal.db.path).verdict, 'whole');
  });

  it('is not kept by a word that comes at the deadline, and whose it was is on record', async () => {
    await run();
    clock += AFTER;
    await say();
    assert.equal(outcome(), null);
    assert.ok(r.kinds().includes('choice.refused'));
    await watched();
    assert.equal(outcome()?.end, 'reverted');
    await say();
    assert.equal(outcome()?.end, 'reverted');
    assert.equal(text(), 'old\n');
  });

  it('is taken back at once when a person wants that, and keeping it then is too late', async () => {
    await run();
    await say({ choice: 'revert' });
    const end = outcome();
    assert.ok(end?.end === 'reverted' && end.failure.failure === 'called-back' && end.failure.by === ada);
    await say();
    assert.deepEqual([outcome()?.end, text()], ['reverted', 'old\n']);
  });

  it('is kept by nothing forged, of another plan, for another worker, of no kind, or by whoever asked', async () => {
    const ticket = r.ticket(a, { revert: BY_ANYONE });
    await r.send({ job: 'run', change: a, ticket });
    const other = planOf(r.journal, a)?.hash.replace(/^./, (first) => (first === '0' ? '1' : '0'));
    const wrong = [
      { ...signed(), signature: 'AAAA' },
      signed({ plan: other as Choice['plan'] }), // another sha256 in hex
      signed({ worker: 'node.home.pve2' }),
      signed({ change: b }),
      ticket,
      r.sign('no json'),
      signed({ by: omar }),
    ];
    for (const one of wrong) await r.send({ job: 'choose', change: a, choice: one });
    assert.equal(execution().state, 'confirming');
    assert.equal(r.kinds().filter((kind) => kind === 'job.refused').length, wrong.length);
    await r.send({ job: 'choose', change: b, choice: signed({ change: b }) });
    assert.equal(r.kinds().at(-1), 'job.refused');
  });

  it('is kept by whoever asked where the ticket says so', async () => {
    await run({ after: AFTER, keepBy: 'requester' });
    await say({ by: omar });
    const end = outcome();
    assert.ok(end?.end === 'succeeded' && end.kept === omar);
  });

  it('a plan with a step that nothing takes back is refused by the worker, whatever a bot signs', async () => {
    const call = { method: 'POST' as const, path: '/nodes/pve1/qemu/101/status/reboot', params: {} };
    r.wants(
      { '/etc/x': 'new\n' },
      { effects: [{ kind: 'api', call, answer: 'task', diff: [], inverse: null }], probes: [] },
    );
    await r.plan(b);
    await run(BY_ANYONE, b);
    const told = r.reports().at(-1);
    assert.deepEqual(told, { report: 'refused', change: b, refusal: { no: 'cannot-revert', steps: [0] } });
  });

  it('what was edited meanwhile is left alone, and what is left is told', async () => {
    await run();
    writeFileSync(file(), 'by hand\n');
    clock += AFTER;
    await watched();
    const end = outcome();
    assert.ok(end?.end === 'failed' && end.failure.failure === 'not-kept');
    assert.deepEqual([end.left?.steps, end.left?.why?.failure, text()], [[0], 'host', 'by hand\n']);
  });

  it('a worker that starts again goes on waiting before the deadline, and takes back at once after it', async () => {
    await run();
    clock += AFTER - 1;
    await r.restart();
    assert.equal(execution().state, 'confirming');
    clock += 1;
    await r.restart();
    assert.deepEqual([outcome()?.end, text()], ['reverted', 'old\n']);
  });

  it('a worker that died before it looked at the result takes back at once when it starts after the deadline', async () => {
    r.diesAt('verifying');
    await run();
    clock += AFTER;
    await r.restart();
    assert.deepEqual([outcome()?.end, text()], ['reverted', 'old\n']);
  });

  it('is taken back although the journal cannot be written, which is recorded late and says so', async () => {
    await run();
    clock += AFTER;
    const writable = (can: boolean) => r.journal.db.sqlite.pragma(`query_only = ${can ? 'OFF' : 'ON'}`);
    writable(false);
    const stop = watchUnkept(r.worker);
    try {
      await seen('it is taken back', () => text() === 'old\n');
      assert.equal(execution().state, 'confirming', 'nothing of it is recorded yet');
      await say().catch(() => undefined); // nobody can be told yet that it is too late
      writable(true);
      await seen('it is recorded', () => outcome() !== null);
    } finally {
      stop();
    }
    assert.equal(outcome()?.end, 'reverted');
    assert.ok(r.kinds().includes('execution.late'));
    assert.equal(verifyAudit(r.journal.db.path).verdict, 'whole');
  });

  it('whoever looks again is told that it waits', async () => {
    await run();
    await r.send({ job: 'reconcile', change: a });
    assert.deepEqual(names().slice(-2), ['verified', 'verified']);
  });
});
