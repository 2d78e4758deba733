import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { countVotes, mayVote, type Need, type Vote } from '#policies/change/vote';
import { PersonId, PlanHash } from '#policies/ids';
import { needs as someNeeds } from '../decide/arbitrary.ts';
import { ada, EVERYBODY, ivan, omar, somebody, vera } from '../people.ts';

const plan = PlanHash.parse('a'.repeat(64));
const newer = PlanHash.parse('b'.repeat(64));
const oneAdmin: Need[] = [{ count: 1, role: 'admin' }];
const quorum = { needs: oneAdmin, voteValidFor: 1000 };
const ballot = { requester: omar.id, plan, votes: [], people: EVERYBODY, now: 500 };
const by = (person: { id: Vote['person'] }, at = 100, on = plan): Vote => ({
  person: person.id,
  plan: on,
  at,
});

describe('votes', () => {
  it('the requester fills no slot, whatever their role', () => {
    const asked = { ...ballot, requester: ada.id };
    assert.deepEqual(mayVote(quorum, asked, ada), { ok: false, error: { no: 'own-request' } });
    assert.equal(countVotes(quorum, { ...asked, votes: [by(ada)] }).filled, false);
  });

  it('a vote for plan N counts nothing for plan N+1', () => {
    assert.equal(countVotes(quorum, { ...ballot, plan: newer, votes: [by(ada)] }).filled, false);
  });

  it('an approver demoted after the vote no longer counts', () => {
    const people = [vera, omar, somebody('ada', 'viewer'), ivan];
    assert.equal(countVotes(quorum, { ...ballot, people, votes: [by(ada)] }).filled, false);
  });

  it('an approver disabled after the vote no longer counts', () => {
    const people = [omar, { ...ada, disabled: true }];
    assert.equal(countVotes(quorum, { ...ballot, people, votes: [by(ada)] }).filled, false);
  });

  it('a vote is worth nothing at the millisecond it is too old', () => {
    assert.equal(countVotes(quorum, { ...ballot, now: 1099, votes: [by(ada)] }).filled, true);
    assert.equal(countVotes(quorum, { ...ballot, now: 1100, votes: [by(ada)] }).filled, false);
  });

  it('a member of two groups fills one slot', () => {
    const both = somebody('maria', 'admin', { groups: ['net', 'storage'] });
    const needs: Need[] = [
      { count: 1, group: 'net' },
      { count: 1, group: 'storage' },
    ];
    const counted = countVotes({ ...quorum, needs }, { ...ballot, people: [both, omar], votes: [by(both)] });
    assert.equal(counted.slots.filter((slot) => slot.person !== null).length, 1);
  });

  it('somebody who fits no slot is told so instead of being counted for nothing', () => {
    assert.deepEqual(mayVote(quorum, ballot, vera), {
      ok: false,
      error: { no: 'fits-no-slot', role: 'viewer', needs: oneAdmin },
    });
  });

  it('a person votes once, with access, and only where their scope reaches; each no says which of these it is', () => {
    const said = (
      person: typeof ada,
      more: Partial<Omit<typeof ballot, 'votes'> & { votes: Vote[] }> = {},
    ) => {
      const may = mayVote(quorum, { ...ballot, ...more }, person);
      return may.ok ? 'may' : may.error.no;
    };
    assert.equal(said(ada), 'may');
    assert.deepEqual(mayVote(quorum, ballot, ada), { ok: true, value: true });
    assert.equal(said(ivan, { votes: [by(ada)] }), 'may');
    assert.equal(said({ ...ada, disabled: true }), 'person-disabled');
    assert.equal(said(ada, { people: [ivan, omar] }), 'out-of-scope');
    assert.equal(said(ada, { votes: [by(ada)] }), 'already-voted');
    assert.equal(said(ada, { votes: [by(ada)], now: 1100 }), 'may', 'the first vote is too old by then');
    assert.equal(said(ada, { votes: [by(ada, 100, newer)] }), 'may', 'that vote was for another plan');
  });

  it('whoever filled a slot is told with it, and a slot that nobody filled is told as open', () => {
    const needs: Need[] = [
      { count: 1, role: 'admin' },
      { count: 1, role: 'operator' },
    ];
    const tom = somebody('tom', 'operator');
    const count = (...votes: readonly Vote[]) =>
      countVotes({ ...quorum, needs }, { ...ballot, people: [tom, ada, vera], votes: [...votes] });
    const slots = (admin: string | null, operator: string | null) => [
      { need: needs[0], person: admin },
      { need: needs[1], person: operator },
    ];
    assert.deepEqual(count(by(tom)), { slots: slots(null, 'tom'), filled: false });
    assert.deepEqual(count(by(tom), by(ada)), { slots: slots('ada', 'tom'), filled: true });
    assert.deepEqual(count(by(vera)), { slots: slots(null, null), filled: false });
    assert.deepEqual(countVotes({ ...quorum, needs: [] }, ballot), { slots: [], filled: true });
  });

  it('an extra vote by the same person changes nothing, whatever is needed', () => {
    const who = fc.array(fc.constantFrom('ada', 'ivan', 'vera', 'omar'), { maxLength: 6 });
    fc.assert(
      fc.property(someNeeds, who, (needs, names) => {
        const votes = names.map((name) => by({ id: PersonId.parse(name) }));
        const once = [...new Map(votes.map((vote) => [vote.person, vote])).values()];
        const count = (list: Vote[]) =>
          countVotes({ ...quorum, needs }, { ...ballot, votes: list }).slots.filter((slot) => slot.person)
            .length;
        assert.equal(count(votes), count(once));
      }),
    );
  });
});
