import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { canonical } from '#db/canonical';
import { hashPlan } from '#db/journal/plans';
import { ACTIONS, ActionName } from '#policies/actions';
import type { Effect } from '#policies/effect';
import { NodeName, PersonId, SiteId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import { no, ok } from '#policies/result';
import { RISKS } from '#policies/risk';
import { HostTarget } from '#policies/target';
import type { SignedTicket, Ticket } from '#policies/ticket';
import { changeId, samplePlan, sampleTicket } from '#test/db/journal/sample';
import { admit, type Guard, refusedAnyway } from '#worker/guard';
import { NodePolicy } from '#worker/guard/node-policy';
import type { Proved } from '#worker/guard/second-factor';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const WORKER = 'node.home.pve1';
const guard = (policy: object = {}): Guard => ({
  here: { site: SiteId.parse('home'), node: NodeName.parse('pve1') },
  botKey: publicKey,
  policy: () => ok(NodePolicy.parse({ version: 1, ...policy })),
  own: ['/etc/quorate', '/var/lib/quorate'],
  real: (path) => path,
});
const sealed = (ticket: Ticket): SignedTicket => {
  const text = canonical(ticket);
  return { text, signature: sign(null, Buffer.from(text), privateKey).toString('base64') };
};
const nobody = (): boolean => false;
const ask = (plan: Plan, ticket: Partial<Ticket> = {}, with_: Guard = guard(), proved: Proved = nobody) => {
  const hash = hashPlan(plan);
  return admit(with_, plan, {
    proved,
    worker: WORKER,
    change: plan.change,
    hash,
    now: 100,
    ticket: sealed(sampleTicket(plan, hash, ticket)),
  });
};
const why = (result: ReturnType<typeof ask>): unknown => (result.ok ? 'ok' : result.error);

test('a ticket for this plan with enough votes is admitted', () => {
  assert.equal(ask(samplePlan('a')).ok, true);
});

test('No execution without a ticket the worker verified; no execution of a plan hash nobody was shown', () => {
  const plan = samplePlan('a');
  const hash = hashPlan(plan);
  const good = sealed(sampleTicket(plan, hash));
  const other = sealed(sampleTicket(plan, hash, { nonce: 'other' }));
  const expected = { worker: WORKER, change: plan.change, hash, now: 100, proved: nobody };
  for (const ticket of [
    { ...good, text: other.text },
    { ...good, text: `${good.text} ` },
    { ...good, signature: '' },
    { ...good, signature: other.signature },
  ])
    assert.deepEqual(admit(guard(), plan, { ...expected, ticket }), {
      ok: false,
      error: { no: 'ticket', why: 'signature' },
    });
  const elsewhere = { ...expected, change: changeId('b'), ticket: good };
  assert.deepEqual(why(admit(guard(), plan, elsewhere)), { no: 'ticket', why: 'other-plan' });
  const replanned = { ...expected, hash: hashPlan(samplePlan('a', { name: 'later' })), ticket: good };
  assert.deepEqual(why(admit(guard(), plan, replanned)), { no: 'ticket', why: 'other-plan' });
});

test('broken glass takes the place of missing votes only where root says so, and of nothing else', () => {
  const glass = { glass: PersonId.parse('ada'), votes: [] };
  const plan = samplePlan('a');
  const refusal = { no: 'node-policy', rule: 'no-break-glass', risk: 'high', needs: 1 };
  assert.deepEqual(why(ask(plan, glass)), refusal);
  assert.deepEqual(why(ask(plan, glass, guard({ break_glass: 'deny' }))), refusal);
  const open = { break_glass: 'allow' };
  assert.equal(why(ask(plan, glass, guard(open))), 'ok');
  assert.deepEqual(why(ask(plan, { votes: [] }, guard(open))), { ...refusal, rule: 'too-few-votes' });
  const frozen = why(ask(plan, glass, guard({ ...open, frozen: true })));
  assert.deepEqual(frozen, { no: 'node-policy', rule: 'frozen', risk: 'high', needs: 0 });
  const denied = why(ask(plan, glass, guard({ ...open, deny: [plan.action] })));
  assert.deepEqual(denied, { no: 'node-policy', rule: 'denied', risk: 'high', needs: 0 });
  assert.deepEqual(why(ask(plan, { ...glass, expires: 100 }, guard(open))), { no: 'ticket', why: 'expired' });
});

test('a ticket of a bot that knows no broken glass is read as one with votes only', () => {
  const plan = samplePlan('a');
  const { glass: _, ...old } = sampleTicket(plan, hashPlan(plan), { votes: [] });
  const text = canonical(old);
  const ticket = { text, signature: sign(null, Buffer.from(text), privateKey).toString('base64') };
  const expected = {
    worker: WORKER,
    change: plan.change,
    hash: hashPlan(plan),
    now: 100,
    proved: nobody,
    ticket,
  };
  const said = why(admit(guard({ break_glass: 'allow' }), plan, expected));
  assert.deepEqual(said, { no: 'node-policy', rule: 'too-few-votes', risk: 'high', needs: 1 });
});

test('one altered character anywhere in the ticket is a broken signature', () => {
  const plan = samplePlan('a');
  const hash = hashPlan(plan);
  const { text, signature } = sealed(sampleTicket(plan, hash));
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
      fc.pre(text[at] !== letter);
      const altered = text.slice(0, at) + letter + text.slice(at + 1);
      const ticket = { text: altered, signature };
      const result = admit(guard(), plan, {
        worker: WORKER,
        change: plan.change,
        hash,
        now: 100,
        ticket,
        proved: nobody,
      });
      assert.deepEqual(why(result), { no: 'ticket', why: 'signature' });
    }),
    { numRuns: 200 },
  );
});

test('a ticket is worth nothing from its last millisecond on', () => {
  assert.deepEqual(why(ask(samplePlan('a'), { expires: 100 })), { no: 'ticket', why: 'expired' });
  assert.equal(ask(samplePlan('a'), { expires: 101 }).ok, true);
});

test('a signed text that is no ticket is malformed', () => {
  const plan = samplePlan('a');
  const text = 'yes';
  const ticket = { text, signature: sign(null, Buffer.from(text), privateKey).toString('base64') };
  const result = admit(guard(), plan, {
    worker: WORKER,
    change: plan.change,
    hash: hashPlan(plan),
    now: 1,
    ticket,
    proved: nobody,
  });
  assert.deepEqual(why(result), { no: 'ticket', why: 'malformed' });
});

test('without a file high needs one other person and critical two', () => {
  const votes = (people: string[]) =>
    people.map((person) => ({ person: PersonId.parse(person), role: 'admin' as const, at: 1 }));
  const tries = (risk: Plan['risk'], people: string[]) =>
    ask(samplePlan('a', { risk }), { votes: votes(people) }).ok;
  assert.deepEqual(
    RISKS.map((risk) => [tries(risk, []), tries(risk, ['ada']), tries(risk, ['ada', 'ivan'])]),
    [
      [true, true, true],
      [true, true, true],
      [false, true, true],
      [false, false, true],
    ],
  );
});

test('the requester fills no slot and one person fills at most one', () => {
  const plan = samplePlan('a', { risk: 'critical' });
  const by = (...people: string[]) =>
    why(
      ask(plan, {
        votes: people.map((person) => ({ person: PersonId.parse(person), role: 'admin', at: 1 })),
      }),
    );
  const tooFew = { no: 'node-policy', rule: 'too-few-votes', risk: 'critical', needs: 2 };
  assert.deepEqual(by('omar', 'ada'), tooFew);
  assert.deepEqual(by('ada', 'ada'), tooFew);
  assert.equal(by('ada', 'ivan'), 'ok');
});

test('a ticket that calls a high risk low is counted by the plan, and the other way round', () => {
  assert.equal(ask(samplePlan('a', { risk: 'high' }), { risk: 'low', votes: [] }).ok, false);
  assert.equal(ask(samplePlan('a', { risk: 'low' }), { risk: 'high', votes: [] }).ok, false);
});

test("a site with one admin may set the floor to nothing, in the node's own file", () => {
  const none = guard({ votes: { high: 0, critical: 0 } });
  assert.equal(ask(samplePlan('a', { risk: 'critical' }), { votes: [] }, none).ok, true);
});

test('a ticket for another worker is worth nothing here', () => {
  const other = ask(samplePlan('a'), { worker: 'node.home.pve2' });
  assert.deepEqual(why(other), { no: 'ticket', why: 'other-worker' });
});

test('a plan of another site, or for the files of another node, does not run here', () => {
  const at = (value: object) => HostTarget.parse({ kind: 'node', site: 'home', node: 'pve1', ...value });
  const file: Effect = { kind: 'file', path: '/etc/x', before: null, after: null };
  const tries = (target: HostTarget, effects: Effect[]) => why(ask(samplePlan('a', { target, effects })));
  assert.deepEqual(tries(at({ site: 'lab' }), []), { no: 'not-here', about: 'lab/pve1', here: 'home/pve1' });
  assert.deepEqual(tries(at({ node: 'pve2' }), [file]), {
    no: 'not-here',
    about: 'home/pve2',
    here: 'home/pve1',
  });
  assert.equal(tries(at({}), [file]), 'ok');
  assert.equal(tries(at({ node: 'pve2' }), [api('POST', '/nodes/pve2/services/pveproxy/restart')]), 'ok');
});

test('no row of the catalogue runs on a frozen node or where the node denies it', () => {
  for (const name of Object.keys(ACTIONS)) {
    const action = ActionName.parse(name);
    const plan = samplePlan('a', { action });
    assert.equal(ask(plan, {}, guard({ frozen: true })).ok, false, action);
    assert.equal(ask(plan, {}, guard({ deny: [action] })).ok, false, action);
  }
});

test('a floor that nobody can read permits nothing, at the plan and at the start', () => {
  const plan = samplePlan('a', { risk: 'low' });
  const at = '/etc/quorate/node-policy.yaml';
  const blind = { ...guard(), policy: () => no([{ at, line: null, expected: 'a regular file' }]) };
  const refusal = { no: 'node-policy-unreadable', why: `${at}: expected a regular file` };
  assert.deepEqual(why(ask(plan, {}, blind)), refusal);
  assert.deepEqual(refusedAnyway(blind, plan), refusal);
});

const api = (method: 'POST' | 'DELETE', path: string, params: Record<string, string> = {}): Effect => ({
  kind: 'api',
  call: { method, path, params },
  answer: 'task',
  diff: [],
  inverse: null,
});

test('an undo is denied where the node denies what it does: taking back a start is a shutdown', () => {
  const undo = samplePlan('a', {
    action: 'change.undo',
    risk: 'medium',
    effects: [api('POST', '/nodes/pve1/qemu/101/status/shutdown')],
  });
  const denied = { no: 'node-policy', rule: 'denied', risk: 'medium', needs: 0 };
  assert.deepEqual(why(ask(undo, {}, guard({ deny: ['guest.shutdown'] }))), denied);
  assert.equal(why(ask(undo, {}, guard({ deny: ['guest.stop'] }))), 'ok');
});

test('what no vote allows is refused whoever agreed', () => {
  const file = (path: string): Effect => ({ kind: 'file', path, before: null, after: null });
  const node101 = HostTarget.parse({ kind: 'node', site: 'home', node: '101' });
  const target = HostTarget.parse({ kind: 'node', site: 'home', node: 'pve1' });
  const cases: [string, Effect, Partial<Plan>?][] = [
    ['last-quorum-vote', api('DELETE', '/cluster/config/nodes/pve2')],
    ['last-quorum-vote', api('POST', '/nodes/pve1/services/corosync/restart')],
    ['only-backup', api('DELETE', '/nodes/pve1/storage/local/content/local:backup/vzdump-qemu-101.vma')],
    ['only-backup', api('POST', '/nodes/pve1/vzdump', { 'prune-backups': 'keep-last=1' })],
    ['unasked-destroy', api('DELETE', '/nodes/pve1/qemu/101')],
    ['unasked-destroy', api('DELETE', '/nodes/pve1/qemu/102'), { action: 'guest.destroy' }],
    ['unasked-destroy', api('DELETE', '/nodes/pve1/qemu/101'), { action: 'guest.destroy', target: node101 }],
    ['own-files', file('/etc/quorate/node-policy.yaml'), { target }],
    ['own-files', file('/var/lib/quorate'), { target }],
  ];
  for (const [rule, effect, rest] of cases) {
    const refused = ask(samplePlan('a', { effects: [effect], ...rest }));
    assert.ok(!refused.ok && refused.error.no === 'absolute', JSON.stringify(effect));
    assert.equal(refused.error.rule, rule);
  }
});

test('the asked destroy, a restart with quorum and a neighbour of our files pass', () => {
  const target = HostTarget.parse({ kind: 'node', site: 'home', node: 'pve1' });
  const quorum = { check: 'quorum' as const, state: 'ok' as const, facts: {} };
  const cases: [Effect, Partial<Plan>][] = [
    [api('DELETE', '/nodes/pve1/qemu/101'), { action: 'guest.destroy' }],
    [api('POST', '/nodes/pve1/services/corosync/restart'), { checks: [quorum] }],
    [api('DELETE', '/nodes/pve1/qemu/101/snapshot/old'), { action: 'snapshot.delete' }],
    [{ kind: 'file', path: '/etc/quorate-not', before: null, after: null }, { target }],
  ];
  for (const [effect, rest] of cases)
    assert.equal(why(ask(samplePlan('a', { effects: [effect], ...rest }))), 'ok');
});

describe('where a second factor is wanted,', () => {
  const people = (...ids: string[]) =>
    ids.map((id) => ({ person: PersonId.parse(id), role: 'admin' as const, at: 1 }));
  const proved =
    (...ids: string[]) =>
    (person: PersonId) =>
      ids.includes(person);
  const missing = (...ids: string[]) => ({ no: 'no-second-factor', people: ids });

  it('a ticket that says so runs only when this node accepted a code of everybody who agreed', () => {
    const plan = samplePlan('a', { risk: 'high' });
    const ticket = { secondFactor: true, votes: people('ada', 'ivan') };
    assert.deepEqual(why(ask(plan, ticket)), missing('ada', 'ivan'));
    assert.deepEqual(why(ask(plan, ticket, guard(), proved('ada'))), missing('ivan'));
    assert.equal(ask(plan, ticket, guard(), proved('ada', 'ivan')).ok, true);
  });

  it('a ticket that says nothing of it, signed by a stolen key, is refused at the risks that the node names', () => {
    const node = guard({ second_factor: ['critical'] });
    const votes = people('ada', 'ivan');
    const critical = samplePlan('a', { risk: 'critical' });
    assert.deepEqual(why(ask(critical, { votes }, node)), missing('ada', 'ivan'));
    assert.deepEqual(why(ask(critical, { votes, risk: 'low' }, node)), missing('ada', 'ivan'));
    assert.deepEqual(
      why(ask(samplePlan('a', { risk: 'high' }), { votes, risk: 'critical' }, node)),
      missing('ada', 'ivan'),
    );
    assert.equal(ask(samplePlan('a', { risk: 'high' }), { votes }, node).ok, true);
  });

  it('the requester proves it where nobody else agreed, and a requester who proved it is no vote', () => {
    const node = guard({ votes: { high: 0 } });
    const plan = samplePlan('a', { risk: 'high' });
    const ticket = { secondFactor: true, votes: [] };
    assert.deepEqual(why(ask(plan, ticket, node)), missing('omar'));
    assert.equal(ask(plan, ticket, node, proved('omar')).ok, true);
    assert.equal(ask(plan, ticket, guard(), proved('omar')).ok, false);
  });

  it('what runs was proved by everybody who agreed, where the ticket or the node wants it, and else all does', () => {
    const ids = fc.subarray(['ada', 'ivan', 'tom', 'maria']);
    const cases = fc.record({
      voted: ids,
      known: ids,
      says: fc.boolean(),
      wanted: fc.subarray([...RISKS]),
      risk: fc.constantFrom(...RISKS),
    });
    fc.assert(
      fc.property(cases, ({ voted, known, says, wanted, risk }) => {
        const plan = samplePlan('a', { risk });
        const ticket = { secondFactor: says, votes: people(...voted) };
        const floor = { votes: { high: 0, critical: 0 }, second_factor: wanted };
        const result = ask(plan, ticket, guard(floor), proved(...known));
        const agreed = voted.length === 0 ? ['omar'] : voted;
        const needed = says || wanted.includes(risk);
        assert.equal(result.ok, !needed || agreed.every((id) => known.includes(id)));
      }),
    );
  });
});
