import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Missed } from '#bot/chat/intent';
import { recordMissed } from '#bot/missed';
import { keepFactors } from '#db/ledger/factors';
import { bindAccount } from '#db/ledger/people';
import { outbox } from '#db/queue/schema';
import { CodeJob } from '#policies/job';
import { readWith } from '#policies/read-with';
import { CodeUse } from '#policies/second-factor';
import { openStage, type Stage, WORKER } from '../db/ledger/stage.ts';
import { ada } from '../policies/people.ts';

const account = { platform: 'telegram', tenant: '', id: '7' } as const;
const line = { what: 'line', text: '/code 12 123456', unseen: false } as const;

describe('a line that never became a command', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
    const { ledger } = stage;
    keepFactors(ledger, WORKER, { enrolled: [ada.id], risks: [] });
    bindAccount(ledger, ada.id, account, { cli: 'test' });
  });
  afterEach(() => stage.close());

  /** What the worker is told of what Ada did. */
  const spoiltBy = (did: Missed['did']): readonly CodeUse[] => {
    const { ledger, authority } = stage;
    const office = { ledger, authority, inventories: () => [], watching: [], locale: 'en' };
    recordMissed(office, { event: 'e1', account, chat: 'ops', did, why: 'edited' });
    return ledger.db.orm
      .select()
      .from(outbox)
      .all()
      .flatMap(({ body }) => {
        const job = readWith(CodeJob, JSON.parse(body));
        return job.success ? [CodeUse.parse(JSON.parse(job.data.sealed.text))] : [];
      });
  };

  it('spoils the code of a second factor in it where others could read it', () => {
    assert.deepEqual(
      spoiltBy(line).map(({ use, person, worker, code }) => [use, person, worker, code]),
      [['spoil', ada.id, WORKER, '123456']],
    );
  });

  it('spoils none where nobody else could', () => {
    assert.deepEqual(spoiltBy({ ...line, unseen: true }), []);
  });
});
