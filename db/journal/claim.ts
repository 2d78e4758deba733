import type { FileState } from '#policies/effect';
import type { ChangeId } from '#policies/ids';
import { no, ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import type { Ticket } from '#policies/ticket';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { immediate } from '../open.ts';
import { arm } from './armed.ts';
import { changeOfNonce, executionOf, holderOf } from './execution.ts';
import { settle } from './jobs.ts';
import { type Journal, note } from './journal.ts';
import type { StoredPlan } from './plans.ts';
import { executions, images, locks } from './schema.ts';

/** What one step's file is before the run; null = there is no file. */
export type Image = { readonly step: number; readonly path: string; readonly state: FileState | null };

/** What a run begins with. `job` is the message that asked for it. */
export type Claim = {
  readonly job: string;
  readonly stored: StoredPlan;
  readonly ticket: Ticket;
  readonly images: readonly Image[];
};

/** `already`: this change began before, so this message asks for nothing new. */
export type ClaimRefusal = WorkerRefusal | { readonly no: 'already' };

const obstacle = (journal: Journal, { stored, ticket }: Claim): ClaimRefusal | undefined => {
  const { change, target } = stored.plan;
  if (executionOf(journal, change)) return { no: 'already' };
  // Looked at by the guard too, but a run may wait long for its target after that.
  if (journal.now() >= ticket.expires) return { no: 'ticket', why: 'expired' };
  if (changeOfNonce(journal, ticket.nonce)) return { no: 'ticket', why: 'used' };
  const holder = holderOf(journal, targetKey(target));
  return holder === undefined ? undefined : { no: 'target-locked', by: holder };
};

const insert = (journal: Journal, { stored, ticket, images: kept }: Claim): void => {
  const { change, target } = stored.plan;
  const key = targetKey(target);
  const { orm } = journal.db;
  orm.insert(locks).values({ target: key, change }).run();
  orm
    .insert(executions)
    .values({
      change,
      hash: stored.hash,
      nonce: ticket.nonce,
      target: key,
      state: 'claimed',
      step: 0,
      claimedAt: journal.now(),
    })
    .run();
  for (const { state, ...image } of kept)
    orm
      .insert(images)
      .values({ ...image, change, state: state && JSON.stringify(state) })
      .run();
};

/**
 * The one way to begin: the change, the ticket's nonce, the target's lock, what the files were before, when it is taken back
 * unless it is kept, and the audit's record of the intent, all on disk (synchronous=FULL) when it returns ok. Whatever is sent is sent after it.
 */
export const claim = (journal: Journal, begin: Claim): Result<ChangeId, ClaimRefusal> =>
  immediate(journal.db, () => {
    const refusal = obstacle(journal, begin);
    if (refusal) return no(refusal);
    const { change, target, action, risk } = begin.stored.plan;
    insert(journal, begin);
    const armed = arm(journal, begin.ticket);
    settle(journal, begin.job);
    const { requester, votes, rules } = begin.ticket;
    const facts = {
      action,
      hash: begin.stored.hash,
      risk,
      requester,
      voters: votes.map((vote) => vote.person),
      rules,
      revert: armed,
    };
    note(journal, { kind: 'execution.begun', change, target: targetKey(target), facts });
    return ok(change);
  });
