import assert from 'node:assert/strict';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { auditHead } from '#db/audit/append';
import { DatabaseBusy } from '#db/database-error';
import { holdFile } from '#db/hold';
import { claim } from '#db/journal/claim';
import { executionOf, holderOf, imageOf } from '#db/journal/execution';
import { acceptJob, openJobs } from '#db/journal/jobs';
import { finish, lose } from '#db/journal/outcome';
import { dropPlan, hashPlan, planOf, storePlan } from '#db/journal/plans';
import { beginProbes, beginStep, endStep, failStep, keepTask } from '#db/journal/steps';
import { SiteId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import { Report } from '#policies/report';
import type { Ticket } from '#policies/ticket';
import { changeId, samplePlan, sampleTicket, tempJournal } from './sample.ts';

let temp: ReturnType<typeof tempJournal>;
beforeEach(() => {
  temp = tempJournal(() => 1000);
});
afterEach(() => temp.close());

const reports = (): Report[] =>
  temp.journal.db.sqlite
    .prepare<[], string>('SELECT body FROM outbox ORDER BY seq')
    .pluck()
    .all()
    .map((body) => Report.parse(JSON.parse(body)));

const auditKinds = (): string[] =>
  temp.journal.db.sqlite.prepare<[], string>('SELECT kind FROM audit_record ORDER BY seq').pluck().all();

const begin = (plan: Plan, rest: Partial<Ticket> = {}) => {
  const stored = { plan, hash: hashPlan(plan) };
  return claim(temp.journal, { job: 'j', stored, ticket: sampleTicket(plan, stored.hash, rest), images: [] });
};

test('a plan is stored with its hash, its audit record and its report, and a later one takes its place', () => {
  storePlan(temp.journal, 'j1', samplePlan('a'));
  storePlan(temp.journal, 'j2', samplePlan('a', { name: 'other' }));
  assert.equal(planOf(temp.journal, changeId('a'))?.plan.name, 'other');
  assert.deepEqual(
    reports().map((report) => report.report),
    ['planned', 'planned'],
  );
  assert.deepEqual(auditKinds(), ['change.planned', 'change.planned']);
});

test('a dropped plan is no plan', () => {
  storePlan(temp.journal, 'j1', samplePlan('a'));
  dropPlan(temp.journal, 'j2', changeId('a'));
  assert.equal(planOf(temp.journal, changeId('a')), undefined);
});

test('a plan that was altered in the file is not believed', () => {
  storePlan(temp.journal, 'j1', samplePlan('a'));
  temp.journal.db.sqlite.exec("UPDATE plans SET plan = replace(plan, '101', '102')");
  assert.throws(() => planOf(temp.journal, changeId('a')), /does not have its hash/);
});

test('a change is claimed once, a nonce once, a target by one change at a time', () => {
  assert.ok(begin(samplePlan('a')).ok);
  assert.deepEqual(begin(samplePlan('a')), { ok: false, error: { no: 'already' } });
  assert.deepEqual(begin(samplePlan('b'), { nonce: `nonce-${changeId('a')}` }), {
    ok: false,
    error: { no: 'ticket', why: 'used' },
  });
  assert.deepEqual(begin(samplePlan('b')), { ok: false, error: { no: 'target-locked', by: changeId('a') } });
});

test('a claimed change keeps the plan it began with', () => {
  const plan = samplePlan('a');
  storePlan(temp.journal, 'j1', plan);
  begin(plan);
  storePlan(temp.journal, 'j2', samplePlan('a', { name: 'other' }));
  dropPlan(temp.journal, 'j3', plan.change);
  assert.deepEqual(planOf(temp.journal, plan.change)?.plan, plan);
});

test('the outcome is said once and lets the target go', () => {
  const { change } = samplePlan('a');
  begin(samplePlan('a'));
  beginStep(temp.journal, { change, step: 0 }, {});
  keepTask(temp.journal, { change, step: 0 }, 'UPID:x');
  endStep(temp.journal, { change, step: 0 }, 'UPID:x');
  beginProbes(temp.journal, change);
  const outcome = { end: 'succeeded' as const, seen: [], upids: ['UPID:x'] };
  finish(temp.journal, change, outcome);
  assert.throws(() => finish(temp.journal, change, outcome), /has an outcome already/);
  assert.equal(holderOf(temp.journal, 'home/101'), undefined);
  const last = reports().at(-1);
  assert.ok(last?.report === 'finished');
  assert.deepEqual(last.head, auditHead(temp.journal.db));
  assert.deepEqual(auditKinds(), ['execution.begun', 'step.begun', 'step.done', 'execution.done']);
});

test('an unknown outcome keeps the target locked and is told once', () => {
  const { change } = samplePlan('a');
  begin(samplePlan('a'));
  lose(temp.journal, change, 'answer-lost');
  lose(temp.journal, change, 'answer-lost');
  assert.equal(reports().filter((report) => report.report === 'lost').length, 1);
  assert.equal(holderOf(temp.journal, 'home/101'), change);
  assert.equal(begin(samplePlan('b')).ok, false);
});

test('steps go forward only from where they may', () => {
  const { change } = samplePlan('a');
  begin(samplePlan('a'));
  failStep(temp.journal, { change, step: 0 }, { failure: 'not-seen' });
  assert.throws(() => beginStep(temp.journal, { change, step: 1 }, {}), /is reverting/);
  assert.equal(executionOf(temp.journal, change)?.failure?.failure, 'not-seen');
});

test('where the audit cannot be written nothing begins', () => {
  temp.journal.db.sqlite.exec('DROP TABLE audit');
  assert.throws(() => begin(samplePlan('a')));
  assert.equal(executionOf(temp.journal, changeId('a')), undefined);
  assert.equal(holderOf(temp.journal, 'home/101'), undefined);
});

test('before-images are kept with the claim, and no file is an image too', () => {
  const plan = samplePlan('a');
  const stored = { plan, hash: hashPlan(plan) };
  const state = { content: 'x', sha256: 'y', mode: 0o644, uid: 0, gid: 0 };
  const images = [
    { step: 0, path: '/etc/a', state },
    { step: 1, path: '/etc/b', state: null },
  ];
  claim(temp.journal, { job: 'j', stored, ticket: sampleTicket(plan, stored.hash), images });
  assert.deepEqual(imageOf(temp.journal, plan.change, 0), state);
  assert.equal(imageOf(temp.journal, plan.change, 1), null);
  assert.equal(imageOf(temp.journal, plan.change, 2), undefined);
});

test('a job is accepted once and waits until it is settled', () => {
  const envelope = { id: 'message-1', from: 'bot', to: 'node.home.pve1', at: 1, body: { job: 'refresh' } };
  assert.ok(acceptJob(temp.journal, envelope));
  assert.equal(acceptJob(temp.journal, envelope), undefined);
  assert.equal(acceptJob(temp.journal, { ...envelope, id: 'message-2', body: { job: 'rm' } }), undefined);
  assert.deepEqual(
    openJobs(temp.journal).map(({ id }) => id),
    ['message-1'],
  );
  assert.deepEqual(auditKinds(), ['job.refused']);
});

test('a journal that one worker holds is refused to a second, and free again when the first lets go', () => {
  const path = join(temp.folder, 'held.db');
  const release = holdFile(path);
  assert.throws(() => holdFile(path), DatabaseBusy);
  release();
  holdFile(path)();
});

test('a ticket that expired while its run waited for the target begins nothing', () => {
  assert.equal(begin(samplePlan('a'), { expires: 1001 }).ok, true);
  const late = begin(samplePlan('b', { target: { ...samplePlan('b').target, site: SiteId.parse('lab') } }), {
    expires: 1000,
  });
  assert.deepEqual(late, { ok: false, error: { no: 'ticket', why: 'expired' } });
  assert.equal(executionOf(temp.journal, changeId('b')), undefined);
});
