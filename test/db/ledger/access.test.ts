import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { queryAudit } from '#db/audit/query';
import { setAccess } from '#db/ledger/access';
import { changeById } from '#db/ledger/change-rows';
import { copyAt } from '#db/ledger/copies';
import { makeLinkCode, personById, redeemLinkCode } from '#db/ledger/people';
import { tick } from '#db/ledger/tick';
import { castVote } from '#db/ledger/votes';
import { outbox } from '#db/queue/schema';
import type { Change } from '#policies/change/change';
import type { Person } from '#policies/person';
import { Scope } from '#policies/scope';
import { plannedReport, someInventory, somePlan } from '../../fake/worker.ts';
import { needing } from '../../policies/decide/asked.ts';
import { ada, EVERYBODY, ivan, omar, somebody } from '../../policies/people.ts';
import { assertRecorded, runsAfter } from './life.ts';
import { openStage, type Stage } from './stage.ts';

const ROOT = { cli: 'root' };
const HEAD = { seq: 1, hash: '0'.repeat(64) };

describe('access', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => {
    assertRecorded(stage);
    stage.close();
  });

  const now = ({ id }: Change): Change => changeById(stage.ledger, id) ?? assert.fail();
  const plan = ({ id, action, target, params }: Change): void => {
    stage.tell(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
  };
  const asked = (requester: Person = omar): Change => {
    const change = stage.ask(requester);
    plan(change);
    return change;
  };
  const agree = (change: Change, person: Person): void => {
    const { state } = now(change);
    const hash = 'plan' in state ? state.plan : assert.fail(`no plan while ${state.state}`);
    const ballot = { change, person, plan: hash, actor: { person: person.id }, typed: null };
    assert.ok(castVote(stage.ledger, stage.authority, ballot).ok);
  };
  const disable = (person: Person) => setAccess(stage.ledger, { ...person, disabled: true }, ROOT);
  const votesOf = (change: Change): readonly string[] => {
    const { state } = now(change);
    return 'votes' in state ? state.votes.map((vote) => vote.person) : [];
  };
  const nos = (changes: readonly Change[]): readonly number[] => changes.map(({ no }) => no);

  it('disabling a person withdraws what they asked for and has not begun, with a record and a card for each', () => {
    const running = asked();
    agree(running, ada);
    const planning = stage.ask(omar);
    const awaiting = asked();
    const approved = asked();
    agree(approved, ada);
    assert.equal(now(approved).state.state, 'approved', 'it waits for its target');
    const other = asked(ada);
    const { withdrawn, voided, running: left } = disable(omar);
    assert.deepEqual(nos(withdrawn), nos([planning, awaiting, approved]));
    assert.deepEqual([nos(voided), nos(left)], [[], nos([running])]);
    for (const change of [planning, awaiting, approved]) {
      assert.deepEqual(now(change).state, { state: 'withdrawn', by: omar.id, disabled: true });
      const [record] = queryAudit(stage.ledger.db, { change: change.id, limit: 1 });
      assert.deepEqual([record?.kind, record?.actor], ['change.orphan', ROOT]);
      const copy = copyAt(stage.ledger, change.id, { platform: 'test', chat: 'ops' });
      assert.equal(copy?.wanted, now(change).version);
    }
    assert.equal(now(running).state.state, 'running');
    assert.equal(now(other).state.state, 'awaiting');
  });

  describe('of somebody who is bound', () => {
    const only = (vmid: number, pool?: string): Scope =>
      Scope.parse({
        pools: pool === undefined ? [] : [{ site: 'home', pool }],
        guests: [{ site: 'home', from: vmid, to: vmid }],
      });

    it('binding a person to less withdraws what they asked for beyond it, and nothing else', () => {
      const [lost, kept, others] = [asked(), stage.ask(omar, 102), asked(ada)];
      const { withdrawn } = setAccess(stage.ledger, { ...omar, scope: only(102) }, ROOT);
      assert.deepEqual(nos(withdrawn), nos([lost]));
      assert.equal(now(kept).state.state, 'planning');
      assert.equal(now(others).state.state, 'awaiting');
    });

    it('takes out a vote on what they reach no longer', () => {
      stage.rule(needing({ count: 2, role: 'admin' }));
      const change = asked();
      agree(change, ada);
      const { voided } = setAccess(stage.ledger, { ...ada, scope: only(102) }, ROOT);
      assert.deepEqual(nos(voided), nos([change]));
      assert.deepEqual(votesOf(change), []);
    });

    it('a vote beyond the scope is refused, and one within it counts', () => {
      setAccess(stage.ledger, { ...ada, scope: only(102) }, ROOT);
      const bound = personById(stage.ledger, ada.id) ?? assert.fail();
      const change = asked();
      const { state } = now(change);
      const plan = 'plan' in state ? state.plan : assert.fail();
      const ballot = { change, person: bound, plan, actor: ROOT, typed: null };
      const vote = castVote(stage.ledger, stage.authority, ballot);
      assert.ok(!vote.ok && vote.error.no === 'out-of-scope');
      setAccess(stage.ledger, { ...ada, scope: only(101) }, ROOT);
      agree(change, personById(stage.ledger, ada.id) ?? assert.fail());
      assert.equal(now(change).state.state, 'running');
    });

    it('a vote by a pool counts nothing at the start once the guest has left that pool', () => {
      const inPool = (pool: string | null) => {
        const { guests, ...rest } = someInventory(stage.ledger.now());
        const rows = guests.known ? guests.value.map((row) => ({ ...row, pool })) : [];
        stage.tell({ report: 'inventory', inventory: { ...rest, guests: { known: true, value: rows } } });
      };
      inPool('web');
      setAccess(stage.ledger, { ...ada, scope: only(999, 'web') }, ROOT);
      stage.rule(needing({ count: 2, role: 'admin' }));
      const change = asked();
      agree(change, personById(stage.ledger, ada.id) ?? assert.fail());
      stage.skip(1000);
      inPool(null);
      agree(change, ivan);
      assert.equal(now(change).state.state, 'awaiting', 'ada is no voter here any more');
    });
  });

  it('a worker is told to drop the plans of a person who was disabled', () => {
    const change = asked();
    disable(omar);
    const bodies = stage.ledger.db.orm.select().from(outbox).all();
    const jobs = bodies.map(({ body }) => JSON.parse(body) as { job: string; change: string }); // written by send
    assert.deepEqual(jobs.at(-1), { job: 'drop', change: change.id });
  });

  it('disabling a person voids their votes, and what was agreed with them alone is open again', () => {
    const blocking = asked();
    agree(blocking, ivan);
    const waiting = asked();
    agree(waiting, ada);
    assert.equal(now(waiting).state.state, 'approved');
    const { voided } = disable(ada);
    assert.deepEqual(nos(voided), nos([waiting]));
    assert.deepEqual([now(waiting).state.state, votesOf(waiting)], ['awaiting', []]);
    const [record] = queryAudit(stage.ledger.db, { change: waiting.id, limit: 1 });
    assert.deepEqual([record?.kind, record?.facts['person'], record?.actor], ['change.void', 'ada', ROOT]);
    const outcome = { end: 'succeeded' as const, seen: [], upids: [] };
    stage.tell({ report: 'finished', change: blocking.id, outcome, head: HEAD });
    tick(stage.ledger, stage.authority);
    assert.equal(runsAfter(stage, 0).length, 1, 'only the one that ivan agreed to ran');
    agree(waiting, ivan);
    assert.equal(now(waiting).state.state, 'running');
  });

  it('what enough others agreed to stays agreed when one of them is disabled', () => {
    stage.close();
    const eva = somebody('eva', 'admin');
    stage = openStage([...EVERYBODY, eva], needing({ count: 2, role: 'admin' }));
    const change = asked();
    agree(change, ada);
    disable(ada);
    agree(change, ivan);
    assert.deepEqual([now(change).state.state, votesOf(change)], ['awaiting', ['ivan']]);
    agree(change, eva);
    assert.equal(now(change).state.state, 'running');
  });

  it('a lower role voids the votes that no longer fill a place, and no other', () => {
    const high = asked();
    const blocking = asked();
    agree(blocking, ivan);
    agree(high, ada);
    const medium = stage.ask(omar, 102, 'guest.reboot');
    stage.rule(needing({ count: 2, role: 'operator' }));
    plan(medium);
    agree(medium, ada);
    const { voided, withdrawn } = setAccess(stage.ledger, { ...ada, role: 'operator' }, ROOT);
    assert.deepEqual([nos(voided), nos(withdrawn)], [nos([high]), []]);
    assert.deepEqual([votesOf(high), votesOf(medium)], [[], ['ada']]);
    assert.equal(now(high).state.state, 'awaiting');
  });

  it('a link code that was given out before a person was disabled is worth nothing, also once they are enabled again', () => {
    const code = makeLinkCode(stage.ledger, omar.id, ROOT);
    disable(omar);
    setAccess(stage.ledger, omar, ROOT);
    const account = { platform: 'test', tenant: '', id: '7' };
    assert.deepEqual(redeemLinkCode(stage.ledger, code, account), { ok: false, error: { no: 'link-code' } });
  });

  it('a person who is enabled again may ask and agree as before; what was withdrawn or voided stays so', () => {
    const before = asked();
    disable(omar);
    setAccess(stage.ledger, omar, ROOT);
    assert.equal(personById(stage.ledger, 'omar')?.disabled, false);
    assert.equal(now(before).state.state, 'withdrawn');
    const after = asked();
    agree(after, ada);
    assert.equal(now(after).state.state, 'running');
  });

  it('if one record cannot be written, nothing of it happened: the person has access as before', () => {
    const change = asked();
    const { db } = stage.ledger;
    db.sqlite.exec(
      "CREATE TEMP TRIGGER no_orphan BEFORE INSERT ON main.audit WHEN NEW.line LIKE '%change.orphan%' BEGIN SELECT raise(ABORT, 'full'); END",
    );
    assert.throws(() => disable(omar), /full/);
    assert.equal(personById(stage.ledger, 'omar')?.disabled, false);
    assert.equal(now(change).state.state, 'awaiting');
  });
});
