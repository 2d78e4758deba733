import { isNotNull, isNull } from 'drizzle-orm';
import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/**
 * Messages to send, written in the transaction that caused them. `at` is when (ms); `sent_at` is when the receiver or the
 * broker had it, null while it waits. `seq` is the order in which one address gets them. A message with `until` is worth
 * nothing from then on (ms), and its row goes as soon as it is sent or over: it holds what must not be kept.
 */
export const outbox = sqliteTable(
  'outbox',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    id: text('id').notNull().unique(),
    to: text('recipient').notNull(),
    at: integer('at').notNull(),
    body: text('body').notNull(),
    sentAt: integer('sent_at'),
    until: integer('until'),
  },
  (table) => [
    index('outbox_waiting').on(table.to, table.seq).where(isNull(table.sentAt)),
    index('outbox_sent').on(table.sentAt),
    index('outbox_passing').on(table.until).where(isNotNull(table.until)),
  ],
);

/** Ids of messages that were accepted, so that a second delivery is dropped. `at` is the sender's time (ms). */
export const inbox = sqliteTable(
  'inbox',
  { id: text('id').primaryKey(), from: text('sender').notNull(), at: integer('at').notNull() },
  (table) => [index('inbox_at').on(table.at)],
);
