import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

export { inbox, outbox } from '../queue/schema.ts';

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

/** Workers that said hello; `seen_at` is the last report of any kind. */
export const workers = sqliteTable('workers', {
  address: text('address').primaryKey(),
  site: text('site').notNull(),
  node: text('node').notNull(),
  simulated: integer('simulated').notNull(),
  canAct: integer('can_act').notNull(),
  recipes: text('recipes').notNull(),
  seenAt: integer('seen_at').notNull(),
});

/** The last inventory of each site, whole, as JSON. */
export const inventories = sqliteTable('inventories', {
  site: text('site').primaryKey(),
  at: integer('at').notNull(),
  inventory: text('inventory').notNull(),
});

/** Changes. `state_json` is the union of policies/change/state; the plain columns are for finding rows. */
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
  },
  (table) => [
    uniqueIndex('changes_id').on(table.id),
    index('changes_state').on(table.state, table.no),
    index('changes_target').on(table.targetKey, table.no),
  ],
);

/** Plans as workers sent them, by hash; what a card shows is exactly this text. */
export const plans = sqliteTable('plans', {
  hash: text('hash').primaryKey(),
  change: text('change').notNull(),
  plan: text('plan').notNull(),
});

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

/** What everybody in the watching chats is told (policies/notice as JSON). */
export const notices = sqliteTable('notices', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  notice: text('notice').notNull(),
  at: integer('at').notNull(),
});

/** A notice in one chat: `done` once it stands there or never can. `retry_at` in ms. */
export const noticePosts = sqliteTable(
  'notice_posts',
  {
    notice: integer('notice')
      .notNull()
      .references(() => notices.id),
    platform: text('platform').notNull(),
    chat: text('chat').notNull(),
    retryAt: integer('retry_at').notNull(),
    tries: integer('tries').notNull(),
    done: integer('done').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.notice, table.platform, table.chat] }),
    index('notice_posts_open').on(table.platform, table.done),
  ],
);

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
