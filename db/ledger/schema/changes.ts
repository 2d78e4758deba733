import { index, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/**
 * Changes. `state_json` is the union of policies/change/state; the plain columns are for finding rows. `breaks`: how often the glass
 * was broken for it, so that nobody looks for what hardly ever is.
 */
export const changes = sqliteTable(
  'changes',
  {
    no: integer('no').primaryKey({ autoIncrement: true }),
    id: text('id').notNull(),
    version: integer('version').notNull(),
    action: text('action').notNull(),
    target: text('target').notNull(),
    targetKey: text('target_key').notNull(),
    params: text('params').notNull(),
    requester: text('requester')
      .notNull()
      .references(() => people.id),
    platform: text('platform').notNull(),
    chat: text('chat').notNull(),
    worker: text('worker').notNull(),
    rules: text('rules').notNull(),
    undoes: text('undoes'),
    openedAt: integer('opened_at').notNull(),
    changedAt: integer('changed_at').notNull(),
    state: text('state').notNull(),
    stateJson: text('state_json').notNull(),
    reason: text('reason'),
    breaks: integer('breaks').notNull().default(0),
    runAt: integer('run_at'),
  },
  (table) => [
    uniqueIndex('changes_id').on(table.id),
    index('changes_state').on(table.state, table.no),
    index('changes_target').on(table.targetKey, table.no),
    index('changes_requester').on(table.requester, table.openedAt),
  ],
);

/** Plans as workers sent them, by hash; what a card shows is exactly this text. */
export const plans = sqliteTable('plans', {
  hash: text('hash').primaryKey(),
  change: text('change').notNull(),
  plan: text('plan').notNull(),
});

/**
 * Each time a plan was started without the missing votes. A review is owed until `due`, and people are reminded of it at
 * `remind_at` (ms). `needs`: who would have had to agree, as JSON.
 */
export const brokenGlass = sqliteTable(
  'broken_glass',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    change: text('change').notNull(),
    plan: text('plan').notNull(),
    by: text('by')
      .notNull()
      .references(() => people.id),
    reason: text('reason').notNull(),
    at: integer('at').notNull(),
    due: integer('due').notNull(),
    needs: text('needs').notNull(),
    remindAt: integer('remind_at').notNull(),
    reviewedBy: text('reviewed_by').references(() => people.id),
    review: text('review'),
    reviewedAt: integer('reviewed_at'),
  },
  (table) => [
    index('broken_glass_change').on(table.change),
    index('broken_glass_owed').on(table.reviewedAt, table.remindAt),
  ],
);
