import { and, eq, isNull, lte, or, sql } from 'drizzle-orm';
import { z } from 'zod';
import { KeepBy } from '#policies/change/revert';
import { ChangeId, PersonId } from '#policies/ids';
import type { Json } from '#policies/json';
import { Seen } from '#policies/probe';
import type { Ticket } from '#policies/ticket';
import { once } from '../once.ts';
import type { Journal } from './journal.ts';
import { executions, locks, reverts } from './schema.ts';

/** What is taken back at its deadline (ms) unless it is kept. `choice`: what was decided, and `chosenAt` when (ms); null while it waits. */
export const Armed = z.object({
  change: ChangeId,
  after: z.int(),
  keepBy: KeepBy,
  requester: PersonId,
  deadline: z.int(),
  seen: z.array(Seen).nullable(),
  choice: z.enum(['keep', 'revert', 'deadline']).nullable(),
  by: PersonId.nullable(),
  chosenAt: z.int().nullable(),
});
export type Armed = z.infer<typeof Armed>;

/** Arms what a ticket wants taken back unless it is kept; part of the claim's transaction, for the audit. */
export const arm = (journal: Journal, { change, requester, revert }: Ticket): Json => {
  if (revert === null) return null;
  const deadline = journal.now() + revert.after;
  journal.db.orm
    .insert(reverts)
    .values({ change, ...revert, requester, deadline })
    .run();
  return { ...revert, deadline };
};

const rowOf = once((orm) =>
  orm
    .select()
    .from(reverts)
    .where(eq(reverts.change, sql.placeholder('change')))
    .prepare(),
);

/** What was armed for a change, or undefined where it just stays. */
export const armedFor = (journal: Journal, change: ChangeId): Armed | undefined => {
  const row = rowOf(journal.db).get({ change });
  return row && Armed.parse({ ...row, seen: row.seen === null ? null : JSON.parse(row.seen) });
};

/** By the locks, of which there are few: whatever has not ended holds one. */
const due = once((orm) =>
  orm
    .select({ change: reverts.change })
    .from(locks)
    .innerJoin(reverts, eq(reverts.change, locks.change))
    .innerJoin(executions, eq(executions.change, locks.change))
    .where(
      or(
        eq(executions.state, 'reverting'),
        and(
          eq(executions.state, 'confirming'),
          isNull(reverts.choice),
          lte(reverts.deadline, sql.placeholder('now')),
        ),
      ),
    )
    .prepare(),
);

/** Changes that waited to be kept and were not, and those that are being taken back. */
export const unkept = ({ db, now }: Journal): readonly ChangeId[] =>
  due(db)
    .all({ now: now() })
    .map(({ change }) => ChangeId.parse(change));
