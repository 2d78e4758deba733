import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Person } from '#policies/person';
import { peopleFindings } from '#policies/review/lint/people-findings';
import { standInFindings } from '#policies/review/lint/stand-in-findings';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../../decide/asked.ts';
import { ada, ivan, omar, somebody, vera } from '../../people.ts';

const population = (people: readonly Person[], linked: readonly Person[] = people) => ({
  people,
  links: people.map(({ id }) => ({ id, linked: linked.some((one) => one.id === id) })),
  factors: new Map(),
});

const grouped = (groups: object, ...needs: readonly (readonly object[])[]): Rules =>
  ruleFile(
    needs.map((need, no) => ({ id: `r${no}`, match: { risk: ['high'] }, need })),
    { groups },
  );

const admin = { count: 1, role: 'admin' };
const net = { count: 1, group: 'net' };

describe('What does not fit between rules and people', () => {
  it('is nothing where one member of a group at least has access and an account', () => {
    const people = [ada, omar, { ...ivan, disabled: true }];
    assert.deepEqual(
      peopleFindings(grouped({ net: ['ada', 'omar', 'ivan'] }), population(people, [omar])),
      [],
    );
  });

  it('is a group none of whose members has an account, whoever else has one', () => {
    assert.deepEqual(
      peopleFindings(grouped({ net: ['ada', 'omar'] }), population([ada, omar, ivan], [ivan])),
      [{ lint: 'nobody-linked', group: 'net' }],
    );
    assert.deepEqual(peopleFindings(grouped({ net: ['ada'] }), { ...population([ada]), links: [] }), [
      { lint: 'nobody-linked', group: 'net' },
    ]);
  });

  it('is a viewer in a group that one of the rules needs, and in no other', () => {
    const groups = { net: ['vera', 'ada'], web: ['vera', 'ada'] };
    const found = [{ lint: 'viewer-approves', group: 'net', person: 'vera' }];
    const people = population([ada, vera]);
    assert.deepEqual(peopleFindings(grouped(groups, [admin], [admin, net]), people), found);
    assert.deepEqual(peopleFindings(grouped(groups, [net], [admin]), people), found);
    assert.deepEqual(
      peopleFindings(grouped(groups, [net]), population([ada, { ...vera, disabled: true }])),
      [],
    );
    const deny = ruleFile([{ id: 'no', match: { risk: ['high'] }, deny: 'no' }], { groups });
    assert.deepEqual(peopleFindings(deny, people), []);
  });

  it('is a rule for one admin where there are two who have access', () => {
    const alone = ruleFile([
      { id: 'alone', match: { risk: ['high'] }, alone: true, cooldown: '1m' },
      { id: 'more', match: { risk: ['low'] }, need: [admin] },
      { id: 'no', match: { risk: ['low'] }, deny: 'no' },
    ]);
    assert.deepEqual(peopleFindings(alone, population([ada, ivan, omar])), [
      { lint: 'alone-among-admins', rule: 'alone', admins: ['ada', 'ivan'] },
    ]);
    assert.deepEqual(peopleFindings(alone, population([ada, omar])), []);
    assert.deepEqual(peopleFindings(alone, population([ada, { ...ivan, disabled: true }])), []);
  });
});

const AT = Date.parse('2026-12-01T00:00Z');
const standing = (...list: readonly (readonly [string, string, string?])[]): Rules =>
  ruleFile([], {
    zone: 'UTC',
    stand_ins: list.map(([away, by, until = '2026-12-24']) => ({ for: away, by, until })),
  });
const look = (rules: Rules, people: readonly Person[] | null = [ada, omar, ivan]) =>
  standInFindings(rules, AT, people && population(people));

describe('A stand-in that does nothing, or not what somebody may have meant', () => {
  const pair = { for: 'ada', by: 'omar' };

  it('is none that holds or will hold, between people there are', () => {
    assert.deepEqual(look(standing(['ada', 'omar'])), []);
    assert.deepEqual(look(standing(['ada', 'omar'], ['ivan', 'omar'])), []);
  });

  it('is one for or by somebody who is not there, as far as it is known who is', () => {
    assert.deepEqual(look(standing(['kim', 'omar'], ['ada', 'lee'])), [
      { lint: 'stand-in-unknown', person: 'kim' },
      { lint: 'stand-in-unknown', person: 'lee' },
    ]);
    assert.deepEqual(look(standing(['kim', 'omar']), null), []);
  });

  it('is one that is over, at the moment that it ends', () => {
    assert.deepEqual(look(standing(['ada', 'omar', '2026-11-30'])), [{ lint: 'stand-in-ended', ...pair }]);
    assert.deepEqual(look(standing(['ada', 'omar', '2026-12-01T00:01'])), []);
  });

  it('is one by somebody for whom another stands in: that is not followed', () => {
    assert.deepEqual(look(standing(['ada', 'omar'], ['omar', 'ivan'])), [
      { lint: 'stand-in-chain', ...pair },
    ]);
  });

  it('is one in which two stand in for each other', () => {
    assert.deepEqual(look(standing(['ada', 'omar'], ['omar', 'ada'])), [
      { lint: 'stand-in-circle', ...pair },
      { lint: 'stand-in-circle', for: 'omar', by: 'ada' },
    ]);
    assert.deepEqual(
      look(standing(['ada', 'omar'], ['omar', 'ada'], ['ivan', 'kim']), [
        ada,
        omar,
        ivan,
        somebody('kim', 'admin'),
      ]).length,
      2,
    );
  });
});
