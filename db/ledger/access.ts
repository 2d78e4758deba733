import type { Change } from '#policies/change/change';
import type { ChangeEvent } from '#policies/change/event';
import { countVotes, fits } from '#policies/change/vote';
import type { Person } from '#policies/person';
import { isNarrower, reaches } from '#policies/scope';
import type { AuditActor } from '../audit/event.ts';
import { immediate } from '../open.ts';
import { changesIn } from './change-rows.ts';
import { apply } from './changes.ts';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { personById, putPerson, spoilLinkCodesOf } from './people.ts';
import { asVoter, votersOn } from './voters.ts';

/**
 * What giving or taking access did to changes. `running`: begun before, asked for or agreed to by a person who has no
 * access now; their ticket is with the worker and cannot be called back.
 */
export type AccessChanged = {
  readonly withdrawn: readonly Change[];
  readonly voided: readonly Change[];
  readonly running: readonly Change[];
};

type By = { readonly person: Person; readonly actor: AuditActor };
type Voting = Extract<Change['state'], { state: 'awaiting' | 'approved' }>;

const move = (ledger: Ledger, { id, no }: Change, event: ChangeEvent, { actor }: By): Change => {
  const moved = apply(ledger, id, event, actor);
  if (!moved.ok) throw new Error(`change #${no} is open, but ${event.type} was refused: ${moved.error.no}`);
  return moved.value;
};

const votedOn = ({ state }: Change, { id }: Person): boolean =>
  'votes' in state && state.votes.some((vote) => vote.person === id);

/** Does this person's vote fill no place any more, whatever others do? `people`: whoever may vote on it at all. */
const isVoid = ({ needs }: Voting, person: Person, people: readonly Person[]): boolean =>
  person.disabled || !people.some(({ id }) => id === person.id) || !needs.some((need) => fits(person, need));

/** Takes a vote out; whether what is left suffices is counted without it. */
const voidVote = (ledger: Ledger, change: Change, by: By): readonly Change[] => {
  const { state, requester } = change;
  const { person } = by;
  if (state.state !== 'awaiting' && state.state !== 'approved') return [];
  const people = votersOn(ledger, change);
  if (!votedOn(change, person) || !isVoid(state, asVoter(ledger, person, change), people)) return [];
  const votes = state.votes.filter((vote) => vote.person !== person.id);
  const ballot = { requester, plan: state.plan, votes, people, now: ledger.now() };
  const { filled } = countVotes(state, ballot);
  return [move(ledger, change, { type: 'void', person: person.id, filled }, by)];
};

/** What is not this person's to ask for any more: all of it, or what their scope reaches no longer. */
const lostTo = (
  ledger: Ledger,
  { person }: By,
  before: Person | undefined,
): ((change: Change) => boolean) => {
  if (person.disabled) return () => true;
  if (before === undefined || isNarrower(before.scope, person.scope)) return () => false;
  const inventories = inventoryReader(ledger)();
  return ({ target }) => !reaches(person, target, inventories);
};

const withdrawLost = (ledger: Ledger, by: By, before: Person | undefined): readonly Change[] =>
  changesIn(ledger, ['planning', 'awaiting', 'approved'])
    .filter(({ requester }) => requester === by.person.id)
    .filter(lostTo(ledger, by, before))
    .map((change) => move(ledger, change, { type: 'orphan', of: by.person.id }, by));

const runningOf = (ledger: Ledger, person: Person): readonly Change[] =>
  changesIn(ledger, ['running', 'confirming']).filter(
    (change) => change.requester === person.id || votedOn(change, person),
  );

/**
 * Adds a person, or changes what they may, with all that follows from it in one transaction: votes of theirs that fill no
 * place any more are void, and open requests are withdrawn that their scope reaches no longer. From a person who is disabled now
 * all open requests are withdrawn, and codes to link an account are worth nothing. Linked accounts stay, so that what they try is refused and recorded by name.
 */
export const setAccess = (ledger: Ledger, person: Person, actor: AuditActor): AccessChanged =>
  immediate(ledger.db, () => {
    const by = { person, actor };
    const before = personById(ledger, person.id);
    putPerson(ledger, person, actor);
    if (person.disabled) spoilLinkCodesOf(ledger, person.id);
    const withdrawn = withdrawLost(ledger, by, before);
    const voided = changesIn(ledger, ['awaiting', 'approved']).flatMap((change) =>
      voidVote(ledger, change, by),
    );
    return { withdrawn, voided, running: person.disabled ? runningOf(ledger, person) : [] };
  });
