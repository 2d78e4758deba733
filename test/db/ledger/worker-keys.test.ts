import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { queryAudit } from '#db/audit/query';
import { FORGED_EVERY, openReports } from '#db/ledger/worker-keys';
import { hand, localHub, localQueue } from '#db/queue/local';
import type { Envelope } from '#db/queue/queue';
import { keyText, sealing, unsealing } from '#db/queue/sealed';
import { SealedReport } from '#policies/report';
import { openStage, type Stage, WORKER } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(() => stage.close());

const mine = generateKeyPairSync('ed25519');
const theirs = generateKeyPairSync('ed25519');
const REPORT = { report: 'progress', change: 'a'.repeat(20), step: 0, upid: null };
const letter = (id: string, from = WORKER): Envelope => ({ id, from, to: 'bot', at: 5, body: REPORT });

/** The message as it is on its way when it is signed with this key. */
const sealed = async (envelope: Envelope, key: KeyObject): Promise<Envelope> => {
  const hub = localHub();
  const queue = localQueue(hub);
  let sent: Envelope | undefined;
  await queue.receive('bot', async (one) => {
    sent = one;
  });
  await sealing(queue, key).send(envelope);
  return sent ?? assert.fail();
};
const forged = (): unknown[] =>
  queryAudit(stage.ledger.db, { kind: 'report.forged', limit: 9 }).map(({ facts }) => [
    facts['why'],
    facts['count'],
  ]);
const enrolled = (): unknown[] =>
  queryAudit(stage.ledger.db, { kind: 'worker.enrolled', limit: 9 }).map(({ actor, facts }) => [
    actor,
    facts['key'],
  ]);

test('a worker speaks with the key it was first heard with, which is on record, after a restart too', async () => {
  const one = await sealed(letter('letter-one'), mine.privateKey);
  assert.deepEqual(openReports(stage.ledger, null)(one), letter('letter-one'));
  assert.deepEqual(enrolled(), [[{ worker: WORKER }, keyText(mine.publicKey)]]);
  stage.restart();
  const open = openReports(stage.ledger, null);
  assert.equal(open(await sealed(letter('letter-two'), theirs.privateKey)), undefined);
  assert.deepEqual(open(await sealed(letter('letter-three'), mine.privateKey)), letter('letter-three'));
  assert.equal(enrolled().length, 1);
  assert.deepEqual(forged(), [['signed with another key', 1]]);
});

test('a report that nobody signed goes no further, and enrols nobody', () => {
  assert.equal(openReports(stage.ledger, null)(letter('letter-one')), undefined);
  assert.deepEqual(forged(), [['not signed', 1]]);
  assert.deepEqual(enrolled(), []);
});

test('a signed report cannot be sent again as another message or from another address', async () => {
  const open = openReports(stage.ledger, null);
  const one = await sealed(letter('letter-one'), mine.privateKey);
  for (const other of [{ id: 'letter-two' }, { from: 'node.home.pve2' }, { at: 6 }])
    assert.equal(open({ ...one, ...other }), undefined);
  assert.deepEqual(open(one), letter('letter-one'));
});

test('one altered character in a signed report makes it worthless', async () => {
  const one = await sealed(letter('letter-one'), mine.privateKey);
  const body = SealedReport.parse(one.body);
  const open = openReports(stage.ledger, new Map([[WORKER, keyText(mine.publicKey)]]));
  const part = fc.constantFrom('text' as const, 'key' as const);
  fc.assert(
    fc.property(part, fc.nat(), fc.string({ minLength: 1, maxLength: 1 }), (name, place, char) => {
      const at = place % body[name].length;
      fc.pre(body[name][at] !== char);
      const altered = body[name].slice(0, at) + char + body[name].slice(at + 1);
      assert.equal(open({ ...one, body: { ...body, [name]: altered } }), undefined);
    }),
    { numRuns: 200 },
  );
});

test('where the configuration pins keys, those and no others are believed, and nobody is enrolled', async () => {
  const open = openReports(stage.ledger, new Map([[WORKER, keyText(mine.publicKey)]]));
  assert.ok(open(await sealed(letter('letter-one'), mine.privateKey)));
  assert.equal(open(await sealed(letter('letter-two'), theirs.privateKey)), undefined);
  stage.skip(FORGED_EVERY);
  assert.equal(open(await sealed(letter('letter-three', 'node.home.pve2'), theirs.privateKey)), undefined);
  assert.deepEqual(forged(), [
    ['its key is not in the configuration', 1],
    ['signed with another key', 1],
  ]);
  assert.deepEqual(enrolled(), []);
});

test('a flood of forged reports leaves one record a minute, which says how many there were', () => {
  const open = openReports(stage.ledger, null);
  for (let n = 0; n < 500; n++) open(letter(`letter-${n}`));
  stage.skip(FORGED_EVERY);
  open(letter('letter-last'));
  assert.deepEqual(forged(), [
    ['not signed', 500],
    ['not signed', 1],
  ]);
});

test('what is refused is taken from the queue all the same, so that it holds up nothing behind it', async () => {
  const hub = localHub();
  const heard: string[] = [];
  await unsealing(localQueue(hub), openReports(stage.ledger, null)).receive('bot', async ({ id }) => {
    heard.push(id);
  });
  await hand(hub, letter('letter-one'));
  await hand(hub, await sealed(letter('letter-two'), mine.privateKey));
  assert.deepEqual(heard, ['letter-two']);
});
