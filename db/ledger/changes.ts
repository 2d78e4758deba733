import { and, eq, sql } from 'drizzle-orm';
import { type ActionName, isOwnAction } from '#policies/actions';
import type { Change } from '#policies/change/change';
import type { ChangeEvent } from '#policies/change/event';
import { FINAL, transition } from '#policies/change/machine';
import type { State } from '#policies/change/state';
import { ChangeId, type PersonId } from '#policies/ids';
import type { Job } from '#policies/job';
import type { Json } from '#policies/json';
import type { StateRefusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { type Target, targetKey } from '#policies/target';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import { enqueue } from '../queue/outbox.ts';
import { changeById } from './change-rows.ts';
import { type Place, redrawBeside, wantCopies } from './copies.ts';
import { type Ledger, randomText } from './ledger.ts';
import { changes } from './schema/changes.ts';

/** How long a worker may take to make a plan before the change expires (ms). */
export const PLANNING_TIME = 2 * 60_000;

export type Opening = {
  readonly action: ActionName;
  readonly target: Target;
  readonly params: { readonly [name: string]: Json };
  readonly requester: PersonId;
  readonly chat: Place;
  readonly worker: string;
  readonly rules: string;
  readonly undoes: ChangeId | null;
  readonly reason: string | null;
  /** When it shall begin (ms); null for as soon as it may. */
  readonly runAt: number | null;
  /** Chats whose copy of the card follows the change, the asking chat among them. */
  readonly watchers: readonly Place[];
};

/** Hands a message for a worker to the outbox; part of the caller's transaction. */
export const send = (ledger: Ledger, to: string, job: Job): void =>
  enqueue(ledger.db, { to, body: job, at: ledger.now(), id: randomText(ledger, 26) });

const tellWorker = (ledger: Ledger, { worker, action }: Change, job: Job): void => {
  if (!isOwnAction(action)) send(ledger, worker, job);
};

const planJob = ({ id, action, target, params }: Change): Job => ({
  job: 'plan',
  change: id,
  action,
  target,
  params,
});

/** A new change in `planning`: row, audit and the job for its worker, in one transaction. */
export const openChange = (ledger: Ledger, opening: Opening, actor: AuditActor): Change =>
  immediate(ledger.db, () => {
    const { target, params, chat, watchers, ...plain } = opening;
    const id = ChangeId.parse(randomText(ledger, 20));
    const at = ledger.now();
    const state: State = { state: 'planning', until: at + PLANNING_TIME };
    const row = {
      ...plain,
      id,
      version: 1,
      target: JSON.stringify(target),
      targetKey: targetKey(target),
      params: JSON.stringify(params),
      platform: chat.platform,
      chat: chat.chat,
      openedAt: at,
      changedAt: at,
      state: state.state,
      stateJson: JSON.stringify(state),
    };
    ledger.db.orm.insert(changes).values(row).run();
    const change = found(ledger, id);
    const { no, action, params: wanted, rules, reason, runAt } = change;
    const facts = { no, action, params: wanted, rules, reason, runAt };
    appendAudit(ledger.db, { kind: 'change.opened', actor, target: row.targetKey, change: id, facts }, at);
    tellWorker(ledger, change, planJob(change));
    wantCopies(ledger, change, watchers);
    redrawBeside(ledger, change);
    return change;
  });

const found = (ledger: Ledger, id: ChangeId): Change => {
  const change = changeById(ledger, id);
  if (!change) throw new Error(`change ${id} is not in the ledger`);
  return change;
};

/** What the audit says of an event beside its kind. */
const factsOf = (before: State, after: State, event: ChangeEvent): { [name: string]: Json } => {
  const { type, ...facts } = event;
  // Every field of every event is JSON (numbers, texts, zod-read objects), which the union's spread no longer shows.
  return { event: type, from: before.state, to: after.state, ...(facts as { [name: string]: Json }) };
};

/** Jobs that follow from arriving in a state: plan again, or forget a plan that will never run. */
const followUp = (ledger: Ledger, change: Change): void => {
  if (change.state.state === 'planning') tellWorker(ledger, change, planJob(change));
  const { state } = change.state;
  if (state === 'denied' || state === 'withdrawn' || state === 'expired')
    tellWorker(ledger, change, { job: 'drop', change: change.id });
};

/** Is it on a card? Cards tell which step is under way; the number of its task they do not, and an edit costs a place in the queue. */
const isSeen = (before: State, after: State): boolean =>
  before.state !== 'running' || after.state !== 'running' || before.step !== after.step;

const swap = once((orm) =>
  orm
    .update(changes)
    .set({
      version: sql`${changes.version} + 1`,
      changedAt: sql`${sql.placeholder('at')}`,
      state: sql`${sql.placeholder('state')}`,
      stateJson: sql`${sql.placeholder('json')}`,
    })
    .where(and(eq(changes.id, sql.placeholder('id')), eq(changes.version, sql.placeholder('version'))))
    .prepare(),
);

/**
 * The only way a change's state is ever written: compare-and-swap on the version, audit row, outbox rows and wanted
 * copies in one transaction. If the audit row cannot be written, nothing changes.
 */
export const apply = (
  ledger: Ledger,
  id: ChangeId,
  event: ChangeEvent,
  actor: AuditActor,
): Result<Change, StateRefusal> =>
  immediate(ledger.db, () => {
    const before = found(ledger, id);
    const moved = transition(before.state, event);
    if (!moved.ok) return no(moved.error);
    if (moved.value === before.state) return ok(before);
    const { state } = moved.value;
    const json = JSON.stringify(moved.value);
    const at = ledger.now();
    const swapped = swap(ledger.db).run({ id, version: before.version, at, state, json });
    if (swapped.changes !== 1) throw new Error(`change ${id} moved under an open transaction`);
    const after = { ...before, version: before.version + 1, changedAt: at, state: moved.value };
    const facts = factsOf(before.state, after.state, event);
    const target = targetKey(after.target);
    appendAudit(ledger.db, { kind: `change.${event.type}`, actor, target, change: id, facts }, at);
    if (before.state.state !== after.state.state) followUp(ledger, after);
    if (isSeen(before.state, after.state)) wantCopies(ledger, after, []);
    if (isFinal(after)) redrawBeside(ledger, after);
    return ok(after);
  });

/** True when nothing more can happen to it. */
export const isFinal = (change: Change): boolean => FINAL.includes(change.state.state);
