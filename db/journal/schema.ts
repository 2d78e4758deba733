import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';

export { inbox, outbox } from '../queue/schema.ts';

/** The plan of a change as it was made here; the run takes this text and nothing a message says. */
export const plans = sqliteTable('plans', {
  change: text('change').primaryKey(),
  hash: text('hash').notNull(),
  plan: text('plan').notNull(),
  madeAt: integer('made_at').notNull(),
  dropped: integer('dropped').notNull(),
});

/**
 * One row for each change that ever began, kept for good: with the two unique keys it is what makes a change happen
 * once. `step` is the step that runs or ran last. `failure` is set from the moment that steps are taken back.
 */
export const executions = sqliteTable(
  'executions',
  {
    change: text('change').primaryKey(),
    hash: text('hash').notNull(),
    nonce: text('nonce').notNull(),
    target: text('target').notNull(),
    state: text('state').notNull(),
    step: integer('step').notNull(),
    failure: text('failure'),
    outcome: text('outcome'),
    claimedAt: integer('claimed_at').notNull(),
    endedAt: integer('ended_at'),
  },
  (table) => [uniqueIndex('executions_nonce').on(table.nonce)],
);

/**
 * What is taken back unless it is kept: armed with the claim, before the first step. From `deadline` on (ms) nobody keeps it
 * any more; it is moved once, to `after` from when the change was seen to be done (`seen`). `choice` is written once: a
 * person's word or the deadline, whichever came first.
 */
export const reverts = sqliteTable('reverts', {
  change: text('change')
    .primaryKey()
    .references(() => executions.change),
  after: integer('after').notNull(),
  keepBy: text('keep_by').notNull(),
  requester: text('requester').notNull(),
  deadline: integer('deadline').notNull(),
  seen: text('seen'),
  choice: text('choice'),
  by: text('by'),
  chosenAt: integer('chosen_at'),
});

/** A step that began. Committed before the effect is sent; `undo_upid` is the task that takes it back. */
export const steps = sqliteTable(
  'steps',
  {
    change: text('change')
      .notNull()
      .references(() => executions.change),
    step: integer('step').notNull(),
    state: text('state').notNull(),
    upid: text('upid'),
    undoUpid: text('undo_upid'),
    begunAt: integer('begun_at').notNull(),
    doneAt: integer('done_at'),
    undoingAt: integer('undoing_at'),
  },
  (table) => [primaryKey({ columns: [table.change, table.step] })],
);

/** What a file was before its step; `state` is JSON, null = there was no file. */
export const images = sqliteTable(
  'images',
  {
    change: text('change')
      .notNull()
      .references(() => executions.change),
    step: integer('step').notNull(),
    path: text('path').notNull(),
    state: text('state'),
  },
  (table) => [primaryKey({ columns: [table.change, table.step] })],
);

/** Who holds a target (`home/101`). A change whose end nobody knows keeps its lock. */
export const locks = sqliteTable('locks', {
  target: text('target').primaryKey(),
  change: text('change').notNull(),
});

/**
 * Second factors, enrolled on this node. `secret` is base32 and leaves this file for nobody. `last_step` is the latest step
 * of 30 s whose code was taken: it and all before it are used up. Locked until `locked_until` (ms).
 */
export const factors = sqliteTable('factors', {
  person: text('person').primaryKey(),
  secret: text('secret').notNull(),
  lastStep: integer('last_step').notNull(),
  lockedUntil: integer('locked_until').notNull(),
  enrolledAt: integer('enrolled_at').notNull(),
});

/** Wrong codes since the last lock; `at` in ms. */
export const codeMisses = sqliteTable(
  'code_misses',
  { person: text('person').notNull(), at: integer('at').notNull() },
  (table) => [index('code_misses_person').on(table.person, table.at)],
);

/** Who proved with a code that they agree, to which plan of which change; `at` in ms. */
export const codesAccepted = sqliteTable(
  'codes_accepted',
  {
    change: text('change').notNull(),
    hash: text('hash').notNull(),
    person: text('person').notNull(),
    at: integer('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.change, table.hash, table.person] })],
);

/** Messages that were accepted and are not dealt with yet; `id` is the envelope's. Taken up again after a restart. */
export const jobs = sqliteTable('jobs', {
  id: text('id').primaryKey(),
  job: text('job').notNull(),
  at: integer('at').notNull(),
});
