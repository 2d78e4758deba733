import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** Human beings. Rows are disabled, never deleted: the audit names them for good. `scope`: policies/scope as JSON. */
export const people = sqliteTable('people', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  role: text('role').notNull(),
  locale: text('locale').notNull(),
  disabled: integer('disabled').notNull(),
  scope: text('scope').notNull().default('"everything"'),
});

/** Chat accounts by immutable id; one belongs to one person. */
export const accounts = sqliteTable(
  'accounts',
  {
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    account: text('account').notNull(),
    person: text('person')
      .notNull()
      .references(() => people.id),
    linkedAt: integer('linked_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.platform, table.tenant, table.account] })],
);

/** One-time codes by their sha256; the code itself is shown once and never stored. */
export const linkCodes = sqliteTable('link_codes', {
  codeHash: text('code_hash').primaryKey(),
  person: text('person')
    .notNull()
    .references(() => people.id),
  expires: integer('expires').notNull(),
  usedAt: integer('used_at'),
});

/**
 * Accounts that ask to be linked, one request each. `code_hash` until an admin used the code to say whose it is (`person`, said
 * `by` whom); it ends at `expires` (ms), or when it is confirmed.
 */
export const linkRequests = sqliteTable(
  'link_requests',
  {
    platform: text('platform').notNull(),
    tenant: text('tenant').notNull(),
    account: text('account').notNull(),
    codeHash: text('code_hash'),
    expires: integer('expires').notNull(),
    person: text('person').references(() => people.id),
    by: text('by'),
  },
  (table) => [primaryKey({ columns: [table.platform, table.tenant, table.account] })],
);

/** Accounts that nobody is linked to and that were refused since (ms): `count` times beyond what the audit has. */
export const strangers = sqliteTable('strangers', {
  account: text('account').primaryKey(),
  since: integer('since').notNull(),
  count: integer('count').notNull(),
});

/** What people tried and were refused for how it came, since the last record of it (ms), by account, kind of record and reason. */
export const turnedAway = sqliteTable(
  'turned_away',
  {
    account: text('account').notNull(),
    person: text('person').notNull(),
    kind: text('kind').notNull(),
    why: text('why').notNull(),
    since: integer('since').notNull(),
    count: integer('count').notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.person, table.kind, table.why] })],
);
