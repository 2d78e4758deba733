import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { like } from 'drizzle-orm';
import { changeById } from '#db/ledger/change-rows';
import { choose } from '#db/ledger/choose';
import { settleUnknown } from '#db/ledger/settle';
import { tick } from '#db/ledger/tick';
import { castVote } from '#db/ledger/votes';
import { outbox } from '#db/queue/schema';
import type { Change } from '#policies/change/change';
import { PlanHash } from '#policies/ids';
import { Inventory } from '#policies/inventory';
import { Job } from '#policies/job';
import type { Person } from '#policies/person';
import { Choice } from '#policies/ticket';
import { plannedReport, someInventory, somePlan } from '../../fake/worker.ts';
import { ruleFile } from '../../policies/decide/asked.ts';
import { ada, ivan, omar } from '../../policies/people.ts';
import { assertRecorded, runsAfter, ticketOf } from './life.ts';
import { openStage } from './stage.ts';

const MINUTE = 60_000;
const HEAD = { seq: 1, hash: '0'.repeat(64) };
const ASKS = { match: { risk: ['low', 'medium', 'high', 'critical'] }, need: [{ count: 1, role: 'admin' }] };
const LONG = { after: '10m', keep_by: 'requester' };
const SHORT = { after: '3m', keep_by: 'anyone_who_may_approve' };

const under = (revert?: object) => ruleFile([{ id: 'all', ...ASKS, ...(revert && { revert }) }]);

describe('what a person says of a change that waits to be kept', () => {
  let stage: ReturnType<typeof openStage>;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  const now = (change: Change): Change => changeById(stage.ledger, change.id) ?? assert.fail();
  const stateOf = (change: Change) => now(change).state.state;
  const planOf = (change: Change): PlanHash => {
    const { state } = now(change);
    return 'plan' in state ? state.plan : assert.fail();
  };
  /** Asked for and planned; each step has a way back unless it is said to last. */
  const asked = (lasting = false): Change => {
    const change = stage.ask(omar);
    const { id, action, target, params } = change;
    const plan = somePlan({ job: 'plan', change: id, action, target, params });
    const effects = plan.effects.map((effect) =>
      effect.kind === 'api' && !lasting ? { ...effect, inverse: effect.call } : effect,
    );
    stage.tell(plannedReport({ ...plan, effects }));
    return change;
  };
  const agree = (change: Change) =>
    castVote(stage.ledger, stage.authority, {
      change,
      person: ada,
      plan: planOf(change),
      actor: { person: 'ada' },
      typed: null,
    });
  const verified = (change: Change, after = 3 * MINUTE) =>
    stage.tell({
      report: 'verified',
      change: change.id,
      seen: [],
      until: stage.ledger.now() + after,
      head: HEAD,
    });
  const waiting = (): Change => {
    const change = asked();
    agree(change);
    verified(change);
    return change;
  };
  const says = (change: Change, person: Person, choice: Choice['choice'], plan: PlanHash | null = null) => {
    const said = choose(stage.ledger, stage.authority, {
      change,
      choice,
      plan,
      person,
      actor: { person: person.id },
    });
    return said.ok ? 'passed on' : said.error.no;
  };
  const words = () =>
    stage.ledger.db.orm
      .select()
      .from(outbox)
      .where(like(outbox.body, '%"job":"choose"%'))
      .all()
      .flatMap(({ body }) => {
        const job = Job.parse(JSON.parse(body));
        return job.job === 'choose' ? [job.choice] : [];
      });
  const revertOf = () => {
    const [run] = runsAfter(stage, 0);
    return run && ticketOf(stage, run).revert;
  };

  it('is on record, goes to its worker signed, and ends nothing by itself', () => {
    stage.rule(under(SHORT));
    const change = waiting();
    assert.equal(says(change, ada, 'keep'), 'passed on');
    const [word, ...more] = words();
    assert.ok(word && more.length === 0);
    assert.ok(verify(null, Buffer.from(word.text), stage.publicKey, Buffer.from(word.signature, 'base64')));
    const { choice, plan, by } = Choice.parse(JSON.parse(word.text));
    assert.deepEqual([choice, plan, by, stateOf(change)], ['keep', planOf(change), 'ada', 'confirming']);
    assertRecorded(stage);
  });

  it('is one: what comes second, too late, for another plan, or from somebody without a say goes nowhere', () => {
    stage.rule(under(SHORT));
    const change = waiting();
    assert.equal(says(change, omar, 'keep'), 'own-change');
    assert.equal(says(change, ada, 'keep', PlanHash.parse('b'.repeat(64))), 'plan-changed');
    stage.skip(3 * MINUTE);
    assert.equal(says(change, ada, 'keep'), 'too-late-to-choose');
    assert.equal(words().length, 0);
    const other = stage.ask(omar, 102);
    assert.equal(says(other, ada, 'keep'), 'not-possible');
  });

  it('counts over nothing that its worker says of how it ended, and is kept beside it', () => {
    stage.rule(under(SHORT));
    const change = waiting();
    says(change, ivan, 'keep');
    const failure = { failure: 'not-kept', until: 1 } as const;
    const outcome = { end: 'reverted', step: 0, failure, seen: [], upids: [] } as const;
    stage.tell({
      report: 'finished',
      change: change.id,
      outcome: { ...outcome, seen: [], upids: [] },
      head: HEAD,
    });
    const { state } = now(change);
    assert.ok(state.state === 'reverted' && state.chosen?.by === 'ivan');
    assertRecorded(stage);
  });

  it('what the rules asked for when it was asked holds, though they no longer do; what they ask for since holds too', () => {
    stage.rule(under(LONG));
    const change = asked();
    stage.rule(under());
    agree(change);
    assert.deepEqual(revertOf(), { after: 10 * MINUTE, keepBy: 'requester' });
    stage.close();
    stage = openStage();
    stage.rule(under(LONG));
    const later = asked();
    stage.rule(under(SHORT));
    agree(later);
    assert.deepEqual(revertOf(), { after: 3 * MINUTE, keepBy: 'anyone_who_may_approve' });
    verified(later);
    assert.equal(says(later, omar, 'keep'), 'own-change');
  });

  it('what everybody read that they agreed to holds, though what the rule looked at is no longer so', () => {
    const running = { id: 'running', match: { fact: { power: ['running'] } }, need: [], revert: SHORT };
    stage.rule(ruleFile([{ id: 'all', ...ASKS }, running]));
    const change = asked();
    stage.skip(1);
    const seen = someInventory(stage.ledger.now());
    const guests = seen.guests.known
      ? seen.guests.value.map((guest) => ({ ...guest, status: 'stopped' }))
      : [];
    stage.tell({
      report: 'inventory',
      inventory: Inventory.parse({ ...seen, guests: { known: true, value: guests } }),
    });
    agree(change);
    assert.deepEqual(revertOf(), { after: 3 * MINUTE, keepBy: 'anyone_who_may_approve' });
  });

  it('a change is not begun when the rules have come to want it taken back and nothing can', () => {
    stage.rule(under());
    const change = asked(true);
    assert.equal(stateOf(change), 'awaiting');
    stage.rule(under(SHORT));
    agree(change);
    const { state } = now(change);
    assert.ok(state.state === 'refused' && state.refusal.no === 'cannot-be-taken-back');
    assert.equal(runsAfter(stage, 0).length, 0);
  });

  it('a worker that says it waits although nobody wanted it kept is put on record and changes nothing', () => {
    stage.rule(under());
    const change = asked();
    agree(change);
    verified(change);
    assert.equal(stateOf(change), 'running');
  });

  it('a worker that fell silent is waited for past the deadline, and what it says then counts', () => {
    stage.rule(under(SHORT));
    const change = waiting();
    const silentFor = (ms: number): string => {
      stage.skip(ms);
      tick(stage.ledger, stage.authority);
      return stateOf(change);
    };
    assert.equal(silentFor(6 * MINUTE), 'confirming');
    assert.equal(silentFor(1), 'unknown');
    stage.tell({ report: 'inventory', inventory: Inventory.parse(someInventory(stage.ledger.now())) });
    verified(change, 2 * MINUTE);
    assert.equal(stateOf(change), 'confirming', 'it waits again, as its worker says');
    assert.equal(says(change, ada, 'keep'), 'passed on');
    assertRecorded(stage);
    const said = { change, end: 'succeeded', person: ada, actor: { person: 'ada' } } as const;
    const settled = settleUnknown(stage.ledger, stage.authority, said);
    assert.ok(!settled.ok && settled.error.no === 'not-possible', 'only what is unknown is settled by hand');
  });
});
