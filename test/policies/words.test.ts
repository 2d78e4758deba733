import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { expected } from '#policies/expected';
import { FACTS, FactMatch } from '#policies/fact';
import { PersonId } from '#policies/ids';
import { Json } from '#policies/json';
import { MODES, moreCareful } from '#policies/mode';
import { Outcome, outcomeSaid } from '#policies/outcome';
import { isOwnPlan, type OwnPlan } from '#policies/own-plan';
import { accountKey, atLeast, ROLES } from '#policies/person';
import type { Plan } from '#policies/plan';
import { higherRisk, RISKS } from '#policies/risk';

describe('Words that have an order', () => {
  it('are roles: each is at least itself and those before it', () => {
    assert.deepEqual(ROLES, ['viewer', 'operator', 'admin']);
    for (const [a, role] of ROLES.entries())
      for (const [b, least] of ROLES.entries()) assert.equal(atLeast(role, least), a >= b);
  });

  it('are risks: of two the higher one counts', () => {
    assert.deepEqual(RISKS, ['low', 'medium', 'high', 'critical']);
    for (const [a, one] of RISKS.entries())
      for (const [b, other] of RISKS.entries()) assert.equal(higherRisk(one, other), RISKS[Math.max(a, b)]);
  });

  it('are modes: of two the more careful one counts', () => {
    assert.deepEqual(MODES, ['read_only', 'production', 'standard']);
    for (const [a, one] of MODES.entries())
      for (const [b, other] of MODES.entries()) assert.equal(moreCareful(one, other), MODES[Math.min(a, b)]);
  });
});

describe('What rules may ask about a host', () => {
  const read = (facts: object) => FactMatch.safeParse(facts);

  it('is each fact with every answer that there is, and no other', () => {
    for (const [fact, answers] of Object.entries(FACTS)) {
      assert.deepEqual(read({ [fact]: answers }).data, { [fact]: answers });
      for (const wrong of [[], ['maybe'], 'yes']) assert.equal(read({ [fact]: wrong }).success, false, fact);
    }
    assert.equal(read({ weather: ['fine'] }).success, false);
  });

  it('is one fact at least', () => {
    assert.equal(
      read({}).error?.issues[0]?.message,
      'at least one of quorum, node_online, guest_kind, power, last_backup',
    );
  });
});

describe('What was expected', () => {
  const says = (schema: z.ZodType, value: unknown): string =>
    schema.safeParse(value, { error: expected }).error?.issues[0]?.message ?? '';

  it('is told by what something is', () => {
    assert.equal(says(z.string(), 7), 'a text');
    assert.equal(says(z.number(), 'x'), 'a number');
    assert.equal(says(z.int(), 7.5), 'a whole number');
    assert.equal(says(z.boolean(), 7), 'true or false');
    assert.equal(says(z.array(z.string()), 7), 'a list');
    assert.equal(says(z.strictObject({}), 7), 'a section of its own');
    assert.equal(says(z.null(), 7), 'null');
  });

  it('is told by the words that there are', () => {
    assert.equal(says(z.literal('a'), 'x'), 'a');
    assert.equal(says(z.enum(['a', 'b']), 'x'), 'a or b');
    assert.equal(says(z.enum(['a', 'b', 'c-d']), 'x'), 'a, b or c-d');
  });

  it('is told by how much it may be', () => {
    assert.equal(says(z.int().min(3), 2), 'at least 3');
    assert.equal(says(z.int().max(3), 4), 'at most 3');
    assert.equal(says(z.string().min(3), ''), 'at least 3 characters');
    assert.equal(says(z.string().max(3), 'abcd'), 'at most 3 characters');
    assert.equal(says(z.array(z.int()).min(1), []), 'at least 1 entries');
    assert.equal(says(z.array(z.int()).max(1), [1, 2]), 'at most 1 entries');
  });

  it('is left to zod where there is no more to say', () => {
    assert.equal(says(z.strictObject({}), { shoe: 44 }), 'Unrecognized key: "shoe"');
  });
});

describe('A value that plans, messages and the audit are made of', () => {
  it('is what JSON can say, however deep', () => {
    const value = { a: [null, true, 1.5, 'x', { b: [] }] };
    assert.deepEqual(Json.parse(value), value);
    for (const one of [null, false, 0, '', [], {}]) assert.deepEqual(Json.parse(one), one);
  });

  it('is nothing else: what JSON cannot say could not be hashed', () => {
    for (const one of [undefined, () => 1, Symbol('x'), 1n, Number.NaN, [undefined], { a: undefined }])
      assert.equal(Json.safeParse(one).success, false);
  });
});

describe('An outcome that a person said', () => {
  const ada = PersonId.parse('ada');

  it('names who said it, and has nothing that was seen', () => {
    const done = { end: 'succeeded', seen: [], upids: [], said: 'ada' };
    assert.deepEqual(outcomeSaid('succeeded', ada), done);
    const failure = { failure: 'said', by: 'ada' };
    assert.deepEqual(outcomeSaid('failed', ada), { end: 'failed', step: 0, failure, seen: [], upids: [] });
  });

  it('is read like any other', () => {
    for (const end of ['succeeded', 'failed'] as const)
      assert.deepEqual(Outcome.parse(outcomeSaid(end, ada)), outcomeSaid(end, ada));
  });
});

describe('What tells one thing from another', () => {
  it('is the node, of a plan: only a worker has one', () => {
    assert.equal(isOwnPlan({ node: 'pve1' } as Plan), false); // nothing else of a plan is looked at
    assert.equal(isOwnPlan({ name: 'rules' } as OwnPlan), true); // nothing else of a plan is looked at
  });

  it('are platform, tenant and id, of an account', () => {
    assert.equal(accountKey({ platform: 'slack', tenant: 'T1', id: 'U1' }), 'slack:T1:U1');
    assert.equal(accountKey({ platform: 'telegram', tenant: '', id: '7' }), 'telegram::7');
  });
});
