import type { Change } from '#policies/change/change';
import { outcomeSaid } from '#policies/outcome';
import { atLeast, type Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import type { Verdict } from '#policies/ticket';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { immediate } from '../open.ts';
import { type Authority, signTicket } from './authority.ts';
import { changeById } from './change-rows.ts';
import { apply, send } from './changes.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';
import { TICKET_VALID } from './ticket-for.ts';

type Who = { readonly person: Person; readonly actor: AuditActor };

const impossible = ({ state: { state } }: Change): Refusal => ({
  no: 'not-possible',
  state,
  event: 'finish',
});

/** Asks the worker to look once more at a change that runs, or whose end nobody knows. */
export const askToLook = (ledger: Ledger, { id }: Change, { actor }: Who): Result<Change, Refusal> =>
  immediate(ledger.db, () => {
    const change = changeById(ledger, id);
    if (!change) throw new Error(`change ${id} is not in the ledger`);
    if (!['running', 'unknown'].includes(change.state.state)) return no(impossible(change));
    const target = targetKey(change.target);
    appendAudit(ledger.db, { kind: 'look.asked', actor, target, change: id, facts: {} }, ledger.now());
    send(ledger, change.worker, { job: 'reconcile', change: id });
    return ok(change);
  });

/** Somebody else has to say it: a requester alone could hide what their change did. Where there is no other admin, they may. */
const maySay = (ledger: Ledger, { requester }: Change, { person }: Who): boolean =>
  person.id !== requester ||
  !allPeople(ledger).some((other) => other.id !== requester && !other.disabled && other.role === 'admin');

const obstacle = (ledger: Ledger, change: Change, who: Who): Refusal | undefined => {
  const { state } = change;
  if (who.person.disabled) return { no: 'person-disabled' };
  if (!atLeast(who.person.role, 'admin'))
    return { no: 'role-too-low', role: who.person.role, needs: 'admin' };
  if (state.state !== 'unknown') return impossible(change);
  if (!maySay(ledger, change, who)) return { no: 'own-end' };
  const until = state.since + TICKET_VALID;
  return state.why === 'worker-silent' && ledger.now() < until ? { no: 'may-still-begin', until } : undefined;
};

/**
 * An admin who looked says how a change ended that nobody knows the end of: the change ends, and its worker is told by a
 * signed verdict to let go of the target.
 */
export const settleUnknown = (
  ledger: Ledger,
  authority: Authority,
  { change: { id }, end, ...who }: Who & { readonly change: Change; readonly end: Verdict['end'] },
): Result<Change, Refusal> =>
  immediate(ledger.db, () => {
    const change = changeById(ledger, id);
    if (!change) throw new Error(`change ${id} is not in the ledger`);
    const refusal = obstacle(ledger, change, who);
    if (refusal) return no(refusal);
    const by = who.person.id;
    const moved = apply(ledger, id, { type: 'finish', outcome: outcomeSaid(end, by) }, who.actor);
    if (!moved.ok) return moved;
    const verdict = signTicket(authority, { verdict: 'said', change: id, worker: change.worker, end, by });
    send(ledger, change.worker, { job: 'settle', change: id, verdict });
    return moved;
  });
