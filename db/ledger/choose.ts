import type { Change } from '#policies/change/change';
import { mayCallBack, mayKeep } from '#policies/change/keep';
import type { PlanHash } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no, type Result } from '#policies/result';
import type { Choice } from '#policies/ticket';
import type { AuditActor } from '../audit/event.ts';
import { immediate } from '../open.ts';
import { type Authority, signTicket } from './authority.ts';
import { changeById } from './change-rows.ts';
import { apply, send } from './changes.ts';
import type { Ledger } from './ledger.ts';

/** What somebody says of a change that waits to be kept; `plan`: the one they saw done, null for the one of now. */
type Choosing = {
  readonly change: Change;
  readonly choice: Choice['choice'];
  readonly plan: PlanHash | null;
  readonly person: Person;
  readonly actor: AuditActor;
};

const MAY = { keep: mayKeep, revert: mayCallBack } as const;

/**
 * A person keeps what was done, or wants it taken back now: on record, and its worker is told by a signed choice. The worker
 * says how it ends, since it alone can tell whether this or the deadline came first.
 */
export const choose = (
  ledger: Ledger,
  authority: Authority,
  { change: { id }, choice, plan, person, actor }: Choosing,
): Result<Change, Refusal> =>
  immediate(ledger.db, () => {
    const change = changeById(ledger, id);
    if (!change) throw new Error(`change ${id} is not in the ledger`);
    const { state, worker, requester } = change;
    if (state.state !== 'confirming') return no({ no: 'not-possible', state: state.state, event: 'choose' });
    const may = MAY[choice](state.keeping, requester, person);
    if (!may.ok) return may;
    const by = person.id;
    const said = {
      type: 'choose',
      plan: plan ?? state.plan,
      chosen: { choice, by, at: ledger.now() },
    } as const;
    const moved = apply(ledger, id, said, actor);
    if (!moved.ok) return moved;
    const signed = signTicket(authority, { choice, change: id, worker, plan: state.plan, by });
    send(ledger, worker, { job: 'choose', change: id, choice: signed });
    return moved;
  });
