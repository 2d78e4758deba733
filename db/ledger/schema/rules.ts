import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { people } from './people.ts';

/** Every rule set that was ever active, by its digest, so that a change is judged under the rules of then too. */
export const ruleSets = sqliteTable('rule_sets', {
  digest: text('digest').primaryKey(),
  rules: text('rules').notNull(),
  firstSeen: integer('first_seen').notNull(),
});

/** Which rule set came into force when (ms) and by whom (an AuditActor as JSON); the last row holds. */
export const rulesInForce = sqliteTable('rules_in_force', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  digest: text('digest')
    .notNull()
    .references(() => ruleSets.digest),
  since: integer('since').notNull(),
  actor: text('actor').notNull(),
});

/**
 * What the rule file was seen to say, one row each time it came to say something else; the last row holds. `digest` null: it
 * could not be read, and `complaints` (JSON) says why.
 */
export const rulesSeen = sqliteTable('rules_seen', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  digest: text('digest').references(() => ruleSets.digest),
  complaints: text('complaints').notNull(),
  at: integer('at').notNull(),
});

/** Who belongs to the groups of the rules in force; somebody the rules name may not be in `people` yet. */
export const groupMembers = sqliteTable(
  'group_members',
  { group: text('group').notNull(), person: text('person').notNull() },
  (table) => [primaryKey({ columns: [table.group, table.person] })],
);

/** Stops that people called in chat; `site` null = everywhere. One holds from `since` to `until` unless it was lifted (ms). */
export const freezes = sqliteTable('freezes', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  site: text('site'),
  reason: text('reason').notNull(),
  by: text('by')
    .notNull()
    .references(() => people.id),
  since: integer('since').notNull(),
  until: integer('until').notNull(),
  liftedAt: integer('lifted_at'),
});

/** Modes that were set in chat, of a site or of everything (`site` null); of each the last row holds. `since` in ms. */
export const modes = sqliteTable('modes', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  site: text('site'),
  mode: text('mode').notNull(),
  reason: text('reason'),
  by: text('by')
    .notNull()
    .references(() => people.id),
  since: integer('since').notNull(),
});

/** Who votes for whom in the rules in force, from `from` on and no more at `until` (ms). */
export const standIns = sqliteTable('stand_ins', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  for: text('for').notNull(),
  by: text('by').notNull(),
  from: integer('from').notNull(),
  until: integer('until').notNull(),
});
