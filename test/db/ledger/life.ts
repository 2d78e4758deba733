import assert from 'node:assert/strict';
import { verify } from 'node:crypto';
import { and, asc, gt, like } from 'drizzle-orm';
import { type AuditRecord, queryAudit } from '#db/audit/query';
import { changeById, latestChanges } from '#db/ledger/change-rows';
import { outbox } from '#db/queue/schema';
import { MACHINE } from '#policies/change/machine';
import { State, type StateName } from '#policies/change/state';
import { Job } from '#policies/job';
import { Ticket } from '#policies/ticket';
import type { Stage } from './stage.ts';

/** A change that was handed to its worker; `seq` is its place in the outbox. */
export type Run = Extract<Job, { job: 'run' }> & { readonly seq: number };

/** The `run` jobs that left the ledger after a place in the outbox, oldest first. */
export const runsAfter = ({ ledger }: Stage, after: number): readonly Run[] =>
  ledger.db.orm
    .select()
    .from(outbox)
    .where(and(gt(outbox.seq, after), like(outbox.body, '%"job":"run"%')))
    .orderBy(asc(outbox.seq))
    .all()
    .flatMap(({ seq, body }) => {
      const job = Job.parse(JSON.parse(body));
      return job.job === 'run' ? [{ ...job, seq }] : [];
    });

/** The ticket of a run; fails when it is not signed by the bot. */
export const ticketOf = ({ publicKey }: Stage, { ticket }: Run): Ticket => {
  const signature = Buffer.from(ticket.signature, 'base64');
  assert.ok(verify(null, Buffer.from(ticket.text), publicKey, signature), 'the ticket is signed');
  return Ticket.parse(JSON.parse(ticket.text));
};

const isMove = ({ kind }: AuditRecord): boolean => /^change\.(?!opened)/.test(kind);

/** Every state a change ever had follows from the one before by the table, with exactly one record, in order. */
export const assertRecorded = ({ ledger }: Stage): void => {
  for (const { id } of latestChanges(ledger, 1000)) {
    const change = changeById(ledger, id);
    assert.ok(change && State.safeParse(change.state).success);
    const records = queryAudit(ledger.db, { change: id, limit: 10_000 }).filter(isMove).toReversed();
    assert.equal(records.length, change.version - 1, 'one record a version');
    let state: StateName = 'planning';
    for (const { kind, facts } of records) {
      assert.equal(facts['from'], state);
      const row: { readonly [event: string]: unknown } = MACHINE[state];
      assert.ok(row[kind.slice('change.'.length)], `${kind} from ${state}`);
      state = facts['to'] as StateName; // a name that is none has no row in the table
    }
    assert.equal(state, change.state.state);
  }
};
