import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Workers that said hello; `recipes`: how they stood when it was looked last (Standings), or their names; `seen_at` is the last report of any kind. */
export const workers = sqliteTable('workers', {
  address: text('address').primaryKey(),
  site: text('site').notNull(),
  node: text('node').notNull(),
  simulated: integer('simulated').notNull(),
  canAct: integer('can_act').notNull(),
  recipes: text('recipes').notNull(),
  seenAt: integer('seen_at').notNull(),
});

/** Who has a second factor on a worker's node, and at which risks the node wants one, as it said last: Factors as JSON. */
export const workerFactors = sqliteTable('worker_factors', {
  address: text('address').primaryKey(),
  factors: text('factors').notNull(),
});

/** Somebody agreed to a plan by a button or a line, and has yet to prove it with a code. `typed`: what they wrote as the target's name. */
export const codesAsked = sqliteTable(
  'codes_asked',
  {
    change: text('change').notNull(),
    person: text('person').notNull(),
    plan: text('plan').notNull(),
    typed: text('typed'),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.change, table.person] })],
);

/**
 * A code on its way to the worker, by its nonce and never itself: who agrees to what (`actor` is an AuditActor as JSON), and the
 * private chat that gets the answer. `refusal`: why it does not count, as JSON, null where it does; set with `answered_at`.
 */
export const codesSent = sqliteTable('codes_sent', {
  nonce: text('nonce').primaryKey(),
  change: text('change').notNull(),
  person: text('person').notNull(),
  plan: text('plan').notNull(),
  typed: text('typed'),
  actor: text('actor').notNull(),
  platform: text('platform').notNull(),
  chat: text('chat').notNull(),
  at: integer('at').notNull(),
  answeredAt: integer('answered_at'),
  refusal: text('refusal'),
  toldAt: integer('told_at'),
});

/** The last inventory of each site, whole, as JSON. */
export const inventories = sqliteTable('inventories', {
  site: text('site').primaryKey(),
  at: integer('at').notNull(),
  inventory: text('inventory').notNull(),
});
