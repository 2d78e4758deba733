import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { recordedTrials } from '#db/ledger/recorded-trials';
import { effectDiff } from '#policies/review/diff';
import { ruleFile } from '../../policies/decide/asked.ts';
import { ada, omar } from '../../policies/people.ts';
import { openStage, type Stage } from './stage.ts';

describe('Recorded requests', () => {
  let stage: Stage;
  before(() => {
    stage = openStage();
    stage.ask(omar);
    stage.ask(ada, 102, 'guest.start');
    stage.ask(omar, 999);
  });
  after(() => stage.close());

  it('are tried as the same people would ask them now, newest first and no more than wanted', () => {
    const trials = recordedTrials(stage.ledger, 1000);
    assert.deepEqual(
      trials.map(({ request, change }) => [change?.no, request.action, request.requester.id, request.node]),
      [
        [3, 'guest.stop', 'omar', null],
        [2, 'guest.start', 'ada', 'pve1'],
        [1, 'guest.stop', 'omar', 'pve1'],
      ],
    );
    assert.equal(recordedTrials(stage.ledger, 2).length, 2);
  });

  it('show by their numbers what other rules would have made of them', () => {
    const rule = (need: readonly object[]) =>
      ruleFile([{ id: 'r', match: { action: ['guest.stop'] }, need }]);
    const rows = effectDiff(
      [rule([{ count: 1, role: 'admin' }]), rule([])],
      recordedTrials(stage.ledger, 1000),
    );
    assert.deepEqual(
      rows.map(({ action, direction, changes }) => [action, direction, changes]),
      [['guest.stop', 'looser', [3, 1]]],
    );
  });
});
