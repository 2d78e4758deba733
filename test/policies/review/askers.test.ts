import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Person } from '#policies/person';
import { askersOf } from '#policies/review/askers';
import { inGroups } from '#policies/review/in-groups';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../decide/asked.ts';
import { ada, omar, somebody } from '../people.ts';

const ask = (files: readonly Rules[], people: readonly Person[], everybody?: boolean) =>
  askersOf(files, everybody === undefined ? { people } : { people, everybody });

const spoken = (list: ReturnType<typeof ask>): readonly string[] =>
  list.map(({ person, named }) => `${named ? 'the' : 'any'} ${person.id}, ${person.role}`);

const ANYBODY = ['any somebody, operator', 'any somebody, admin'];
const grouped = (groups: object): Rules => ruleFile([], { groups });

describe('Those whose requests rule files are tried with', () => {
  it('are somebody of each role that may ask, in no group, bound to nothing, and with access', () => {
    assert.deepEqual(spoken(ask([grouped({})], [ada])), ANYBODY);
    assert.deepEqual(ask([], [])[0]?.person, {
      id: 'somebody',
      name: 'somebody',
      role: 'operator',
      groups: [],
      scope: 'everything',
      locale: '',
      disabled: false,
    });
  });

  it('are each member of a group of any of the files once, in the role they have', () => {
    const files = [grouped({ net: ['ada', 'omar'] }), grouped({ net: ['omar'], db: ['omar'] })];
    assert.deepEqual(spoken(ask(files, [ada, omar])), [...ANYBODY, 'the ada, admin', 'the omar, operator']);
  });

  it('are a member whom nobody knows yet in each role that they could be given', () => {
    assert.deepEqual(spoken(ask([grouped({ net: ['kim'] })], [ada])), [
      ...ANYBODY,
      'the kim, operator',
      'the kim, admin',
    ]);
  });

  it('are members whatever they are bound to now: that may change without the file', () => {
    const bound = somebody('kim', 'operator', { scope: { pools: [], guests: [] } });
    const kim = ask([grouped({ net: ['kim'] })], [bound])[2];
    assert.deepEqual(kim, { person: { ...bound, scope: 'everything' }, named: true });
  });

  it('are everybody there is where each of them is looked at', () => {
    assert.deepEqual(spoken(ask([], [ada, omar], true)), [
      ...ANYBODY,
      'the ada, admin',
      'the omar, operator',
    ]);
    assert.deepEqual(spoken(ask([], [ada, omar], false)), ANYBODY);
  });
});

describe('A person in the groups of a file', () => {
  it('is in those that name them, and in no other that they were in before', () => {
    const file = grouped({ net: ['ada', 'omar'], db: ['omar'], web: ['ada'] });
    assert.deepEqual(inGroups({ ...ada, groups: ['old', 'db'] }, file), { ...ada, groups: ['net', 'web'] });
  });
});
