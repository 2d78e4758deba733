import type { Change } from '#policies/change/change';
import { countVotes, mayVote } from '#policies/change/vote';
import type { PlanHash } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no, type Result } from '#policies/result';
import type { AuditActor } from '../audit/event.ts';
import { immediate } from '../open.ts';
import type { Authority } from './authority.ts';
import { changeById } from './change-rows.ts';
import { apply } from './changes.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';
import { startWhenAgreed } from './start.ts';

type Ballot = {
  readonly change: Change;
  readonly person: Person;
  readonly plan: PlanHash;
  readonly actor: AuditActor;
};

/**
 * One person agrees to one plan: who they are and what they may is read now, not when the card was drawn. When the last
 * slot is filled the change is handed over in the same transaction.
 */
export const castVote = (ledger: Ledger, authority: Authority, ballot: Ballot): Result<Change, Refusal> =>
  immediate(ledger.db, () => {
    const { person, plan, actor } = ballot;
    const change = changeById(ledger, ballot.change.id) ?? ballot.change;
    const vote = { person: person.id, plan, at: ledger.now() };
    if (change.state.state !== 'awaiting')
      return apply(ledger, change.id, { type: 'vote', vote, filled: false }, actor);
    const people = allPeople(ledger);
    const now = ledger.now();
    const held = { requester: change.requester, plan, votes: change.state.votes, people, now };
    const may = mayVote(change.state, held, person);
    if (!may.ok) return no(may.error);
    const { filled } = countVotes(change.state, { ...held, votes: [...held.votes, vote] });
    const moved = apply(ledger, change.id, { type: 'vote', vote, filled }, actor);
    return moved.ok && filled ? startWhenAgreed(ledger, authority, change.id) : moved;
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
