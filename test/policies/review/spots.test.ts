import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NodeName } from '#policies/ids';
import { fieldsOf, mentionedIn } from '#policies/review/mentioned';
import { spotsFor } from '#policies/review/spots';
import type { Match } from '#policies/rules/match';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../decide/asked.ts';

/** A file whose rules are about these. */
const about = (...matches: readonly object[]): Rules =>
  ruleFile(matches.map((match, no) => ({ id: `r${no}`, match, deny: 'no' })));

const frozen = (match?: object): Rules =>
  ruleFile([], {
    zone: 'UTC',
    freezes: [{ id: 'x', from: '2026-12-01', until: '2026-12-02', reason: 'x', match }],
  });

const spots = (...matches: readonly object[]) => {
  const file = about(...matches);
  const read: readonly Match[] = file.rules.map(({ match }) => match);
  return spotsFor(read, mentionedIn([file]));
};

describe('What rule files mention', () => {
  it('are the guest ids at which a range begins or has ended, in order and each once', () => {
    const file = about({ vmid: ['150-199', 120] }, { vmid: ['200-249'] }, { vmid: [120] });
    assert.deepEqual(mentionedIn([file, frozen({ vmid: [110] })]).vmids, [110, 111, 120, 121, 150, 200, 250]);
  });

  it('are no guest ids where no rule looks at them', () => {
    assert.deepEqual(mentionedIn([about({ pool: ['db'] }), frozen({ tag: ['a'] })]).vmids, []);
  });

  it('leaves a guest that none of them knows: the first free one', () => {
    const freeOf = (...matches: readonly object[]) => mentionedIn([about(...matches)]).vmid;
    assert.equal(freeOf(), 100);
    assert.equal(freeOf({ vmid: ['150-199'] }), 100);
    assert.equal(freeOf({ vmid: [100] }), 101);
    assert.equal(freeOf({ vmid: ['100-199', '180-249'] }, { vmid: [250] }), 251);
    assert.equal(freeOf({ vmid: [101] }, { vmid: [100] }), 102, 'whatever order they stand in');
    assert.equal(
      freeOf({ vmid: ['100-199'] }, { vmid: ['150-160'] }),
      200,
      'one within another frees nothing',
    );
    assert.equal(mentionedIn([about(), frozen({ vmid: [100] })]).vmid, 101);
  });

  it('leaves a node that none of them names', () => {
    assert.equal(mentionedIn([about({ node: ['pve1'] })]).node, 'other1');
    assert.equal(mentionedIn([about({ node: ['pve1', 'other1'] })]).node, 'other2');
    assert.equal(mentionedIn([about({ node: ['other1'] }), frozen({ node: ['other2'] })]).node, 'other3');
  });

  it('may be unknown where a rule or a freeze looks at it, and only there', () => {
    const looks = (match: object) => fieldsOf([about(match)]);
    assert.deepEqual(looks({ action: ['guest.stop'], vmid: [101], site: ['home'] }), []);
    assert.deepEqual(looks({ node: ['pve1'] }), ['node']);
    assert.deepEqual(looks({ pool: ['db'] }), ['pool']);
    assert.deepEqual(looks({ tag: ['prod'] }), ['tags']);
    assert.deepEqual(looks({ fact: { power: ['running'], quorum: ['yes'] } }), ['quorum', 'power']);
    assert.deepEqual(
      fieldsOf([about({ pool: ['db'] }, { action: ['guest.stop'] }), frozen({ tag: ['a'] })]),
      ['pool', 'tags'],
    );
    assert.deepEqual(fieldsOf([frozen()]), []);
  });
});

describe('Spots that matches fit', () => {
  it('are anywhere where nothing is wanted', () => {
    assert.deepEqual(spots(), [{}]);
    assert.deepEqual(spots({ action: ['guest.stop'] }, { risk: ['high'] }), [{}]);
  });

  it('have each choice of each field once, and no more spots than the longest list has choices', () => {
    assert.deepEqual(spots({ pool: ['a', 'b', 'c'], node: ['pve1', 'pve2'] }), [
      { node: 'pve1', pool: 'a', facts: {} },
      { node: 'pve2', pool: 'b', facts: {} },
      { node: 'pve1', pool: 'c', facts: {} },
    ]);
    assert.deepEqual(spots({ site: ['home'], platform: ['console'] }), [
      { site: 'home', platform: 'console', facts: {} },
    ]);
  });

  it('are in what the matches have in common, and nowhere where they have nothing', () => {
    assert.deepEqual(spots({ pool: ['a', 'b'] }, { pool: ['b', 'c'] }), [{ pool: 'b', facts: {} }]);
    assert.deepEqual(spots({ pool: ['a'] }, { pool: ['b'], node: ['pve1'] }), []);
    assert.deepEqual(spots({ vmid: [101] }, { vmid: [102] }), []);
    const power = (...answers: readonly string[]) => ({ fact: { power: answers } });
    assert.deepEqual(spots(power('running', 'stopped'), power('stopped', 'none')), [
      { facts: { power: 'stopped' } },
    ]);
    assert.deepEqual(spots(power('running'), power('none')), []);
  });

  it('are at each end of a range of guests that lies in all ranges that are wanted', () => {
    assert.deepEqual(
      spots({ vmid: ['100-199'] }, { vmid: ['150-249', 120] }).map(({ vmid }) => vmid),
      [120, 150],
    );
    const mentioned = { vmids: [99, 100, 150, 199, 200], vmid: 300, node: NodeName.parse('other1') };
    const match = about({ vmid: ['100-199'] }).rules.map((rule) => rule.match);
    assert.deepEqual(
      spotsFor(match, mentioned).map(({ vmid }) => vmid),
      [100, 150, 199],
    );
  });

  it('have a tag of each match, and every tag of the longer list once', () => {
    assert.deepEqual(spots({ tag: ['prod'] }, { tag: ['web', 'lab'] }, { pool: ['db'] }), [
      { pool: 'db', tags: ['prod', 'web'], facts: {} },
      { pool: 'db', tags: ['prod', 'lab'], facts: {} },
    ]);
  });

  it('have an answer to each fact that is asked for', () => {
    assert.deepEqual(
      spots({ fact: { quorum: ['yes'], power: ['running', 'stopped'] } }, { fact: { quorum: ['yes'] } }),
      [{ facts: { quorum: 'yes', power: 'running' } }, { facts: { quorum: 'yes', power: 'stopped' } }],
    );
  });
});
