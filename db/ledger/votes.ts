import type { Change } from '#policies/change/change';
import { namesTarget } from '#policies/change/names-target';
import type { Begins } from '#policies/change/state';
import { countVotes, mayVote } from '#policies/change/vote';
import type { PlanHash } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no, type Result } from '#policies/result';
import type { AuditActor } from '../audit/event.ts';
import { immediate } from '../open.ts';
import type { Authority } from './authority.ts';
import { changeById, planByHash } from './change-rows.ts';
import { apply } from './changes.ts';
import { beginsAt, judgeThenAndNow } from './decisions.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';
import { startWhenAgreed } from './start.ts';

/** `typed`: what whoever agrees wrote as the target's name; null for the press of a button. */
type Ballot = {
  readonly change: Change;
  readonly person: Person;
  readonly plan: PlanHash;
  readonly actor: AuditActor;
};
type Agreement = Ballot & { readonly typed: string | null };

const named = ({ state, target }: Change, ledger: Ledger, typed: string | null): boolean => {
  if (!('confirm' in state) || !state.confirm) return true;
  const plan = planByHash(ledger, state.plan);
  return typed !== null && plan !== undefined && namesTarget(typed, target, plan.name);
};

/** When a change begins that is agreed to now. Where a rule has come to say no the start is refused at once, whenever it were. */
const begins = (ledger: Ledger, authority: Authority, change: Change): Begins => {
  const now = ledger.now();
  const plan = 'plan' in change.state ? planByHash(ledger, change.state.plan) : undefined;
  const decision = plan && judgeThenAndNow(ledger, authority, { change, risk: plan.risk });
  if (decision && decision.verdict !== 'refuse') return beginsAt(decision, now);
  return { since: now, from: now, until: now + 1 };
};

/**
 * One person agrees to one plan: who they are and what they may is read now, not when the card was drawn. When the last
 * slot is filled the change is handed over in the same transaction.
 */
export const castVote = (
  ledger: Ledger,
  authority: Authority,
  agreement: Agreement,
): Result<Change, Refusal> =>
  immediate(ledger.db, () => {
    const { person, plan, actor, typed } = agreement;
    const change = changeById(ledger, agreement.change.id) ?? agreement.change;
    const now = ledger.now();
    const vote = { person: person.id, plan, at: now };
    if (change.state.state !== 'awaiting')
      return apply(ledger, change.id, { type: 'vote', vote, begins: null }, actor);
    const people = allPeople(ledger);
    const held = { requester: change.requester, plan, votes: change.state.votes, people, now };
    const may = mayVote(change.state, held, person);
    if (!may.ok) return no(may.error);
    if (!named(change, ledger, typed))
      return no({ no: 'type-target', command: 'approve', change: change.no });
    const { filled } = countVotes(change.state, { ...held, votes: [...held.votes, vote] });
    const when = filled ? begins(ledger, authority, change) : null;
    const moved = apply(ledger, change.id, { type: 'vote', vote, begins: when }, actor);
    return moved.ok && filled ? startWhenAgreed(ledger, authority, change.id) : moved;
  });

/** Whoever asked, where nobody else has to agree, types the target's name after they saw the plan. */
export const confirmAlone = (
  ledger: Ledger,
  authority: Authority,
  agreement: Agreement,
): Result<Change, Refusal> =>
  immediate(ledger.db, () => {
    const { person, plan, actor, typed } = agreement;
    const change = changeById(ledger, agreement.change.id) ?? agreement.change;
    const { state, requester } = change;
    if (person.id !== requester || ('needs' in state && state.needs.length > 0))
      return no({ no: 'nothing-to-confirm' });
    if (!named(change, ledger, typed))
      return no({ no: 'type-target', command: 'confirm', change: change.no });
    const when = begins(ledger, authority, change);
    const event = { type: 'confirm', by: person.id, plan, at: ledger.now(), begins: when } as const;
    const moved = apply(ledger, change.id, event, actor);
    return moved.ok ? startWhenAgreed(ledger, authority, change.id) : moved;
  });

/** One person says no to one plan; a single no ends it. Whoever could fill a slot may say no. */
export const castDenial = (ledger: Ledger, ballot: Ballot): Result<Change, Refusal> =>
  immediate(ledger.db, () => {
    const { person, plan, actor } = ballot;
    const change = changeById(ledger, ballot.change.id) ?? ballot.change;
    const now = ledger.now();
    const { state } = change.state;
    if (state === 'awaiting' || state === 'approved') {
      const may = mayVote(
        change.state,
        { requester: change.requester, plan, votes: [], people: allPeople(ledger), now },
        person,
      );
      if (!may.ok) return no(may.error);
    }
    return apply(ledger, change.id, { type: 'deny', by: person.id, plan, at: now }, actor);
  });
