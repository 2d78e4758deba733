import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { prune } from '#db/ledger/housekeeping';
import { handle, INBOUND_KEEP, receive, unhandled } from '#db/ledger/inbound';
import { INBOX_KEEP } from '#db/queue/inbox';
import { markSent, RESEND_FOR, resend, SENT_KEEP } from '#db/queue/outbox';
import { inbox, outbox } from '#db/queue/schema';
import { omar } from '../../policies/people.ts';
import { openStage, type Stage, WORKER } from './stage.ts';

/** How long Telegram sends an update again that it was not told of (ms). */
const REDELIVERED = 24 * 3_600_000;

describe('housekeeping', () => {
  let stage: Stage;
  beforeEach(() => {
    stage = openStage();
  });
  afterEach(() => stage.close());

  const store = (event: string): boolean => receive(stage.ledger, 'test', event, '{}');
  const rows = (table: typeof inbox | typeof outbox): number =>
    stage.ledger.db.orm.select().from(table).all().length;

  it('an event that was handled is known as long as its platform may send it again, and forgotten after a week', () => {
    store('old');
    handle(stage.ledger, 'test', 'old');
    stage.skip(REDELIVERED);
    prune(stage.ledger);
    assert.equal(store('old'), false);
    stage.skip(INBOUND_KEEP - REDELIVERED + 1);
    prune(stage.ledger);
    assert.equal(store('old'), true);
  });

  it('an event that nobody handled yet is never forgotten', () => {
    store('open');
    stage.skip(10 * INBOUND_KEEP);
    prune(stage.ledger);
    assert.deepEqual(
      unhandled(stage.ledger).map(({ event }) => event),
      ['open'],
    );
  });

  it('a message that was sent is forgotten after a week, the id of one that came after longer than it is sent again', () => {
    stage.ask(omar);
    const [letter] = stage.ledger.db.orm.select().from(outbox).all();
    markSent(stage.ledger.db, letter?.id ?? '', stage.ledger.now());
    assert.ok(rows(inbox) > 0 && rows(outbox) === 1);
    stage.skip(SENT_KEEP);
    prune(stage.ledger);
    assert.equal(resend(stage.ledger.db, WORKER, 0), 1, 'it is still there to be sent again');
    markSent(stage.ledger.db, letter?.id ?? '', stage.ledger.now());
    stage.skip(SENT_KEEP + 1);
    prune(stage.ledger);
    assert.equal(rows(outbox), 0);
    assert.ok(INBOX_KEEP > RESEND_FOR && rows(inbox) > 0);
    stage.skip(INBOX_KEEP);
    prune(stage.ledger);
    assert.equal(rows(inbox), 0);
  });
});
