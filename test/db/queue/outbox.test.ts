import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { immediate, type OpenDatabase, openDatabase } from '#db/open';
import { acceptOnce, INBOX_KEEP, pruneInbox } from '#db/queue/inbox';
import {
  enqueue,
  forgetOver,
  markSent,
  nextLetter,
  pruneOutbox,
  RESEND_FOR,
  resend,
  SENT_KEEP,
} from '#db/queue/outbox';
import { MAX_ENVELOPE, readEnvelope } from '#db/queue/queue';
import { relay } from '#db/queue/relay';
import { until } from '#test/contract/queue/until';
import { SCRATCH } from '#test/fixture/scratch';

const NODE = 'node.home.pve1';
let dir = '';
let db: OpenDatabase;

beforeEach(() => {
  dir = mkdtempSync(join(SCRATCH, 'quorate-outbox-'));
  db = openDatabase({ path: join(dir, 'ledger.db'), migrations: 'ledger', now: () => 0 });
});
afterEach(() => {
  db.close();
  rmSync(dir, { recursive: true, force: true });
});

const put = (id: string, at = 0) => enqueue(db, { id, to: NODE, at, body: id });

test('a message exists only when the transaction that caused it was committed', () => {
  const undone = new Error('undone');
  assert.throws(
    () =>
      immediate(db, () => {
        put('message-1');
        throw undone;
      }),
    undone,
  );
  assert.equal(nextLetter(db, NODE, 0), undefined);
});

test('what no driver could carry is refused before it blocks the lane', () => {
  assert.throws(() => put('12345678'), /not a message id/);
  assert.throws(() => put('a:b:c:d:e'), /not a message id/);
  assert.throws(() => enqueue(db, { id: 'message-1', to: 'node.a:b.c', at: 0, body: 1 }), /not an address/);
  assert.throws(
    () => enqueue(db, { id: 'message-1', to: NODE, at: 0, body: 'x'.repeat(MAX_ENVELOPE) }),
    RangeError,
  );
});

test('a message is sent for fourteen days and its id known for thirty, so no late copy is taken for new', () => {
  put('message-1');
  assert.ok(nextLetter(db, NODE, RESEND_FOR - 1));
  assert.equal(nextLetter(db, NODE, RESEND_FOR), undefined);
  assert.equal(
    acceptOnce(db, { id: 'message-1', from: 'bot', at: 0 }, () => undefined),
    true,
  );
  assert.equal(pruneInbox(db, RESEND_FOR), 0);
  assert.equal(
    acceptOnce(db, { id: 'message-1', from: 'bot', at: 0 }, () => undefined),
    false,
  );
  assert.equal(pruneInbox(db, INBOX_KEEP + 1), 1);
  assert.ok(INBOX_KEEP > RESEND_FOR);
});

test('a message that could not be applied is not remembered as taken', () => {
  const broken = new Error('broken');
  const envelope = { id: 'message-1', from: 'bot', at: 0 };
  assert.throws(
    () =>
      acceptOnce(db, envelope, () => {
        throw broken;
      }),
    broken,
  );
  assert.equal(
    acceptOnce(db, envelope, () => undefined),
    true,
  );
});

test('resend brings back what was sent since then, in order; pruning leaves what waits', () => {
  for (const id of ['message-1', 'message-2', 'message-3']) put(id);
  markSent(db, 'message-1', 10);
  markSent(db, 'message-2', 20);
  assert.equal(resend(db, NODE, 15), 1);
  assert.equal(nextLetter(db, NODE, 0)?.id, 'message-2');
  assert.equal(pruneOutbox(db, SENT_KEEP + 11), 1);
  assert.equal(resend(db, NODE, 0), 0);
});

test('the relay has one message in flight per address, and a lane that is stuck does not hold up another', async () => {
  const sent: string[] = [];
  const other = 'node.home.pve2';
  for (const id of ['message-1', 'message-2']) put(id);
  enqueue(db, { id: 'message-3', to: other, at: 0, body: 3 });
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const queue = {
    name: 'local' as const,
    send: async ({ id, to }: { id: string; to: string }) => {
      sent.push(id);
      if (to === NODE) await held;
    },
    receive: async () => async () => undefined,
    close: async () => undefined,
  };
  const out = relay({ db, queue, from: 'bot', now: () => 0, onTrouble: () => undefined });
  out.wake();
  await until('both lanes', () => sent.length >= 2);
  out.wake();
  assert.deepEqual(sent, ['message-1', 'message-3']);
  release();
  await until('the rest', () => sent.length === 3);
  await out.stop();
});

test('only envelopes are read as envelopes', () => {
  const good = { id: 'message-1', from: 'bot', to: NODE, at: 1, body: null };
  assert.deepEqual(readEnvelope({ ...good, extra: 1 }), good);
  for (const bad of [null, 1, 'x', [], {}, { ...good, id: 1 }, { ...good, to: 'node' }, { ...good, at: 1.5 }])
    assert.equal(readEnvelope(bad), undefined);
});

const rows = () => db.sqlite.prepare<[], string>('SELECT id FROM outbox ORDER BY seq').pluck().all();

test('of a message that must not be kept nothing is left once it is sent, and it is never sent again', () => {
  enqueue(db, { id: 'passing-1', to: NODE, at: 0, body: 'secret', until: 100 });
  put('message-1');
  assert.equal(nextLetter(db, NODE, 99)?.id, 'passing-1');
  markSent(db, 'passing-1', 99);
  markSent(db, 'message-1', 99);
  assert.deepEqual(rows(), ['message-1']);
  resend(db, NODE, 0);
  assert.equal(nextLetter(db, NODE, 99)?.id, 'message-1');
});

test('a message that is over is not sent any more, and goes', () => {
  enqueue(db, { id: 'passing-1', to: NODE, at: 0, body: 'secret', until: 100 });
  put('message-1');
  assert.deepEqual([nextLetter(db, NODE, 99)?.id, forgetOver(db, 99)], ['passing-1', 0]);
  assert.equal(nextLetter(db, NODE, 100)?.id, 'message-1');
  assert.deepEqual(rows(), ['message-1']);
  enqueue(db, { id: 'passing-2', to: NODE, at: 0, body: 'secret', until: 200 });
  assert.equal(forgetOver(db, 200), 1);
  assert.deepEqual(rows(), ['message-1']);
});
