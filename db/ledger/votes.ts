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
import { askForCode } from './codes.ts';
import { beginsAt, judgeThenAndNow } from './decisions.ts';
import type { Ledger } from './ledger.ts';
import { startWhenAgreed } from './start.ts';
import { asVoter, votersOn } from './voters.ts';

type Ballot = {
  readonly change: Change;
  readonly person: Person;
  readonly plan: PlanHash;
  readonly actor: AuditActor;
};
/** `typed`: what whoever agrees wrote as the target's name; null for the press of a button. `proved`: a code of theirs was accepted. */
type Agreement = Ballot & { readonly typed: string | null; readonly proved?: true };

/** Is it about what this person may do themselves? */
const isAbout = ({ target }: Change, { id }: Person): boolean =>
  target.kind === 'person' && target.person === id;

type Awaiting = Change & { state: Extract<Change['state'], { state: 'awaiting' }> };
const isAwaiting = (change: Change): change is Awaiting => change.state.state === 'awaiting';

/** The no to whoever did not type the target's name where the rules want that; null where all is well. */
const notNamed = (
  ledger: Ledger,
  { no: number, state, target }: Awaiting,
  { typed, command }: { readonly typed: string | null; readonly command: 'approve' | 'confirm' },
): Refusal | null => {
  const name = planByHash(ledger, state.plan)?.name;
  if (!state.confirm || (typed !== null && name !== undefined && namesTarget(typed, target, name)))
    return null;
  return { no: 'type-target', command, change: number };
};

type Held = Parameters<typeof mayVote>[1];

/** The no to somebody who would agree; null where their vote is cast. */
const notCast = (ledger: Ledger, change: Awaiting, agreement: Agreement, held: Held): Refusal | null => {
  const { person, typed, proved } = agreement;
  if (isAbout(change, person)) return { no: 'about-yourself' };
  const may = mayVote(change.state, held, asVoter(ledger, person, change));
  if (!may.ok) return may.error;
  const unnamed = notNamed(ledger, change, { typed, command: 'approve' });
  if (unnamed) return unnamed;
  return change.state.secondFactor && !proved ? askForCode(ledger, { ...agreement, change }) : null;
};

/** When a change begins that is agreed to now; where the rules have come to say no, its start finds that out. */
const begins = (ledger: Ledger, authority: Authority, change: Awaiting): Begins => {
  const now = ledger.now();
  const plan = planByHash(ledger, change.state.plan);
  const decision = plan && judgeThenAndNow(ledger, authority, { change, risk: plan.risk });
  if (decision && decision.verdict !== 'refuse')
    return beginsAt(decision, { since: now, runAt: change.runAt });
  return { since: now, from: now, until: change.state.until };
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
    const { person, plan, actor } = agreement;
    const change = changeById(ledger, agreement.change.id) ?? agreement.change;
    const now = ledger.now();
    const vote = { person: person.id, plan, at: now };
    if (!isAwaiting(change)) return apply(ledger, change.id, { type: 'vote', vote, begins: null }, actor);
    const people = votersOn(ledger, change);
    const held = { requester: change.requester, plan, votes: change.state.votes, people, now };
    const refusal = notCast(ledger, change, agreement, held);
    if (refusal) return no(refusal);
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
    if (!isAwaiting(change)) return no({ no: 'not-possible', state: change.state.state, event: 'confirm' });
    if (person.id !== change.requester || change.state.needs.length > 0)
      return no({ no: 'nothing-to-confirm' });
    const unnamed = notNamed(ledger, change, { typed, command: 'confirm' });
    if (unnamed) return no(unnamed);
    if (change.state.secondFactor && !agreement.proved)
      return no(askForCode(ledger, { ...agreement, change }));
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
      if (isAbout(change, person)) return no({ no: 'about-yourself' });
      const { requester } = change;
      const ballot = { requester, plan, votes: [], people: votersOn(ledger, change), now };
      const may = mayVote(change.state, ballot, asVoter(ledger, person, change));
      if (!may.ok) return no(may.error);
    }
    return apply(ledger, change.id, { type: 'deny', by: person.id, plan, at: now }, actor);
  });
