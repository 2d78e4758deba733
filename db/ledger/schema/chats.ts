import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

/**
 * One card in one chat. `shown` is the version of the change that people see there, 0 = not posted yet; delivery posts
 * or edits while it is behind the change. `retry_at` in ms.
 */
export const copies = sqliteTable(
  'copies',
  {
    change: text('change').notNull(),
    platform: text('platform').notNull(),
    chat: text('chat').notNull(),
    message: text('message'),
    shown: integer('shown').notNull(),
    wanted: integer('wanted').notNull(),
    retryAt: integer('retry_at').notNull(),
    tries: integer('tries').notNull(),
    gone: integer('gone').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.change, table.platform, table.chat] }),
    index('copies_behind').on(table.platform, table.retryAt),
  ],
);

/** Chats that their platform gave a new id. */
export const movedChats = sqliteTable(
  'moved_chats',
  {
    platform: text('platform').notNull(),
    chat: text('chat').notNull(),
    movedTo: text('moved_to').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.chat] })],
);

/** Chat platforms that do not hear people as they should: why, and since when (ms). The bot writes it, all others read it. */
export const platformsDown = sqliteTable('platforms_down', {
  platform: text('platform').primaryKey(),
  why: text('why').notNull(),
  since: integer('since').notNull(),
});

/** What a button means. The token is random; the press must come from the chat where the card stands. */
export const buttons = sqliteTable(
  'buttons',
  {
    token: text('token').primaryKey(),
    change: text('change').notNull(),
    verb: text('verb').notNull(),
    plan: text('plan'),
    platform: text('platform').notNull(),
    chat: text('chat').notNull(),
  },
  (table) => [
    uniqueIndex('buttons_meaning').on(table.change, table.verb, table.plan, table.platform, table.chat),
  ],
);

/** Every event from a chat, once. `answer` is what the person is told, set in the transaction that handled it. */
export const inbound = sqliteTable(
  'inbound',
  {
    platform: text('platform').notNull(),
    event: text('event').notNull(),
    intent: text('intent').notNull(),
    receivedAt: integer('received_at').notNull(),
    handled: integer('handled').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.platform, table.event] }),
    index('inbound_open').on(table.handled),
  ],
);

/** What people are told besides the cards of changes (policies/notice as JSON). */
export const notices = sqliteTable('notices', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  notice: text('notice').notNull(),
  at: integer('at').notNull(),
});

/** A notice in one chat, or privately to an account (`chat` is ''): `done` once it was said or never can be. `retry_at` in ms. */
export const noticePosts = sqliteTable(
  'notice_posts',
  {
    notice: integer('notice')
      .notNull()
      .references(() => notices.id),
    platform: text('platform').notNull(),
    chat: text('chat').notNull(),
    tenant: text('tenant').notNull(),
    account: text('account').notNull(),
    person: text('person'),
    retryAt: integer('retry_at').notNull(),
    tries: integer('tries').notNull(),
    done: integer('done').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.notice, table.platform, table.chat, table.tenant, table.account] }),
    index('notice_posts_open').on(table.platform, table.done),
  ],
);
