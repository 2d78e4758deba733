import { asVoters } from '../change/stand-in.ts';
import type { Begins } from '../change/state.ts';
import { countVotes, mayVote, type Need } from '../change/vote.ts';
import { beginning } from '../decide/beginning.ts';
import type { Decision, Granted } from '../decide/decision.ts';
import type { DecisionRequest } from '../decide/request.ts';
import { type PersonId, PlanHash } from '../ids.ts';
import type { Person } from '../person.ts';
import type { VoteRefusal } from '../refusal.ts';
import type { Rules } from '../rules/schema.ts';
import { standInsOf } from '../rules/stand-in.ts';
import { mayReach } from '../scope.ts';
import { decideBy } from './diff.ts';
import { inGroups } from './in-groups.ts';

/** What is tried: a request, and whose votes come at its moment. */
export type Simulation = {
  readonly request: DecisionRequest;
  readonly votes: readonly PersonId[];
  readonly people: readonly Person[];
};

/** Which places are filled by whom, whose vote counts for nothing and why, and when it may begin. */
export type Voting = {
  readonly slots: readonly { readonly need: Need; readonly person: PersonId | null }[];
  readonly filled: boolean;
  readonly cannot: readonly { readonly person: PersonId; readonly why: VoteRefusal }[];
  /** When it may begin; null where its windows are never open together. */
  readonly begin: Begins | null;
};

/** What the rules say, and where they do not say no, how the vote goes. */
export type Simulated = { readonly decision: Decision; readonly voting: Voting | null };

/** Every vote of a simulation is for one plan, whatever it is. */
const PLAN = PlanHash.parse('0'.repeat(64));

const votingOf = (granted: Granted, { request, votes, people: everybody }: Simulation): Voting => {
  const { at, target, pool } = request;
  const people = everybody.filter((person) => mayReach(person, target, pool));
  const ballot = { requester: request.requester.id, plan: PLAN, votes: [], people, now: at };
  const cast = votes.map((person) => ({ person, plan: PLAN, at }));
  const cannot = everybody.flatMap((person) => {
    const may = mayVote(granted, ballot, person);
    return may.ok ? [] : [{ person: person.id, why: may.error }];
  });
  return {
    ...countVotes(granted, { ...ballot, votes: cast }),
    cannot,
    begin: beginning(granted, { since: at, runAt: null }),
  };
};

/** Plays a request through: the rules' word on it, then these votes at the same moment. */
export const simulate = (rules: Rules, simulation: Simulation): Simulated => {
  const { at: now, requester } = simulation.request;
  const grouped = simulation.people.map((person) => inGroups(person, rules));
  const people = asVoters(grouped, { requester: requester.id, now, standIns: standInsOf(rules) });
  const decision = decideBy(rules, simulation.request);
  if (decision.verdict === 'refuse') return { decision, voting: null };
  return { decision, voting: votingOf(decision, { ...simulation, people }) };
};
