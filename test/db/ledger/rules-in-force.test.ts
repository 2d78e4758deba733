import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { putRulesInForce, rulesNow } from '#db/ledger/rules-in-force';
import { immediate } from '#db/open';
import { preset } from '../../policies/decide/asked.ts';
import { openStage, type Stage } from './stage.ts';

const ALONE = preset('one-admin');

describe('the rules in force', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());
  const now = () => rulesNow(stage.ledger)?.digest;
  const put = () => putRulesInForce(stage.ledger, ALONE, { cli: 'test' }).digest;

  it('are others from the moment they are put in force, also within that transaction and over a restart', () => {
    const before = now();
    const after = immediate(stage.ledger.db, () => {
      const digest = put();
      assert.equal(now(), digest);
      return digest;
    });
    assert.notEqual(after, before);
    assert.equal(now(), after);
    stage.restart();
    assert.equal(now(), after);
  });

  it('are those of before where the transaction that changed them is undone, however often they were read in it', () => {
    const before = now();
    const undone = new Error('undone');
    assert.throws(
      () =>
        immediate(stage.ledger.db, () => {
          const digest = put();
          assert.equal(now(), digest);
          throw undone;
        }),
      undone,
    );
    assert.equal(immediate(stage.ledger.db, now), before);
    assert.equal(now(), before);
    assert.equal(now(), before);
    assert.equal(put(), now());
  });
});
