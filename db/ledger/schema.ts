import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

export { inbox, outbox } from '../queue/schema.ts';

/** Human beings. Rows are disabled, never deleted: the audit names them for good. */
export const people = sqliteTable('people', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  role: text('role').notNull(),
  locale: text('locale').notNull(),
  disabled: integer('disabled').notNull(),
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

/** Who votes for whom in the rules in force, from `from` on and no more at `until` (ms). */
export const standIns = sqliteTable('stand_ins', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  for: text('for').notNull(),
  by: text('by').notNull(),
  from: integer('from').notNull(),
  until: integer('until').notNull(),
});
