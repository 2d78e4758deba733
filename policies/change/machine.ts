import type { StateRefusal } from '../refusal.ts';
import { no, ok, type Result } from '../result.ts';
import type { ChangeEvent } from './event.ts';
import type { State, StateName } from './state.ts';

/** What can happen to a change, by name. */
export type EventName = ChangeEvent['type'];

type In<S extends StateName> = Extract<State, { state: S }>;
type On<E extends EventName> = Extract<ChangeEvent, { type: E }>;
type Moved = Result<State, StateRefusal>;
type Row<S extends StateName> = { readonly [E in EventName]?: (state: In<S>, event: On<E>) => Moved };

const replan = (_: State, { until }: { until: number }): Moved => ok({ state: 'planning', until });
const withdraw = (_: State, { by }: On<'withdraw'>): Moved => ok({ state: 'withdrawn', by });
const supersede = (_: State, { by, next }: On<'supersede'>): Moved => ok({ state: 'withdrawn', by, next });
const orphan = (_: State, { of }: On<'orphan'>): Moved => ok({ state: 'withdrawn', by: of, disabled: true });
const refuse = (_: State, { refusal }: On<'refused'>): Moved => ok({ state: 'refused', refusal });

const expire = (state: In<'planning' | 'awaiting' | 'approved'>, { at }: On<'tick'>): Moved => {
  if (at < state.until) return ok(state);
  const { state: was } = state;
  if (state.state === 'planning') return ok({ state: 'expired', was });
  const { plan, votes, needs } = state;
  return ok({ state: 'expired', was, asked: { plan, votes, needs } });
};

const planned = (_: In<'planning'>, event: On<'planned'>): Moved => {
  const { plan, voteValidFor, confirm, secondFactor, alone, revert, until, begins } = event;
  const terms = { needs: [...event.needs], voteValidFor, confirm, secondFactor, alone, revert };
  const asked = { plan, votes: [], ...terms };
  if (event.needs.length === 0 && !confirm && !secondFactor)
    return ok({ ...asked, state: 'approved', ...begins });
  return ok({ ...asked, state: 'awaiting', from: begins.from, until });
};

const vote = (state: In<'awaiting'>, { vote, begins }: On<'vote'>): Moved => {
  if (vote.plan !== state.plan) return no({ no: 'plan-changed' });
  if (vote.at >= state.until) return no({ no: 'expired' });
  const others = state.votes.filter((earlier) => earlier.person !== vote.person);
  const agreed = { ...state, votes: [...others, vote] };
  return ok(begins ? { ...agreed, state: 'approved', ...begins } : agreed);
};

const agreeWithout = (state: In<'awaiting'>, { plan, at, begins }: On<'confirm' | 'break-glass'>): Moved => {
  if (plan !== state.plan) return no({ no: 'plan-changed' });
  if (at >= state.until) return no({ no: 'expired' });
  return ok({ ...state, state: 'approved', ...begins });
};

const deny = (state: In<'awaiting' | 'approved'>, { by, plan, at }: On<'deny'>): Moved => {
  if (plan !== state.plan) return no({ no: 'plan-changed' });
  if (at >= state.until) return no({ no: 'expired' });
  return ok({ state: 'denied', plan: state.plan, votes: state.votes, by });
};

/** What was agreed with that vote alone is open again; a person who had not voted changes nothing. */
const voidVote = (state: In<'awaiting' | 'approved'>, { person, filled }: On<'void'>): Moved => {
  const votes = state.votes.filter((vote) => vote.person !== person);
  if (votes.length === state.votes.length) return ok(state);
  if (filled) return ok({ ...state, votes });
  const { plan, needs, voteValidFor, confirm, secondFactor, alone, revert, from, until } = state;
  const asked = { plan, needs, voteValidFor, confirm, secondFactor, alone, revert, from, until };
  return ok({ ...asked, state: 'awaiting', votes });
};

const start = (state: In<'approved'>, { plan, at, keeping }: On<'start'>): Moved => {
  if (plan !== state.plan) return no({ no: 'plan-changed' });
  if (at < state.from) return no({ no: 'too-early' });
  if (at >= state.until) return no({ no: 'expired' });
  return ok({ state: 'running', plan, votes: state.votes, keeping, step: 0, upid: null, since: at });
};

const stale = (state: In<'running'>, event: On<'stale'>): Moved =>
  event.plan === state.plan ? replan(state, event) : no({ no: 'plan-changed' });

const lose = ({ plan, votes, keeping }: In<'running' | 'confirming'>, { why, at }: On<'lose'>): Moved =>
  ok({ state: 'unknown', plan, votes, keeping, why, since: at });

/** Only what the rules want kept waits for it; of all else no worker has to say it. */
const verified = (state: In<'running' | 'unknown'>, { seen, until }: On<'verified'>): Moved => {
  const { plan, votes, keeping } = state;
  if (keeping === null) return no({ no: 'not-possible', state: state.state, event: 'verified' });
  return ok({ state: 'confirming', plan, votes, keeping, seen: [...seen], until, chosen: null });
};

const choose = (state: In<'confirming'>, { plan, chosen }: On<'choose'>): Moved => {
  if (plan !== state.plan) return no({ no: 'plan-changed' });
  if (state.chosen) return no({ no: 'already-chosen', ...state.chosen });
  if (chosen.at >= state.until) return no({ no: 'too-late-to-choose' });
  return ok({ ...state, chosen });
};

const finish = (state: In<'running' | 'unknown'>, { outcome }: On<'finish'>): Moved => {
  const { plan, votes } = state;
  const ended = { state: outcome.end, plan, votes, outcome };
  return ok(state.state === 'running' ? { ...ended, began: state.since } : ended);
};

const settled = ({ plan, votes, chosen }: In<'confirming'>, { outcome }: On<'finish'>): Moved =>
  ok({ state: outcome.end, plan, votes, outcome, ...(chosen && { chosen }) });

/**
 * The whole life of a change. What is not in the table is not possible. `running` begins when the ticket leaves the
 * bot, so a withdrawal can never race with a start; until its first step the worker may still answer stale or refused.
 * From `unknown` nothing leads back to running: only looking, or a person, can say how it ended, or the worker that it
 * never began, or that it waits to be kept. What waits in `confirming` is the worker's to end: it alone can tell whether a
 * person's word or the deadline came first.
 */
export const MACHINE: { readonly [S in StateName]: Row<S> } = {
  planning: { planned, refused: refuse, withdraw, supersede, orphan, tick: expire },
  awaiting: {
    vote,
    confirm: agreeWithout,
    'break-glass': agreeWithout,
    deny,
    withdraw,
    supersede,
    orphan,
    void: voidVote,
    replan,
    tick: expire,
  },
  approved: {
    start,
    refused: refuse,
    deny,
    withdraw,
    supersede,
    orphan,
    void: voidVote,
    replan,
    tick: expire,
  },
  running: {
    progress: (state, { step, upid }) => ok({ ...state, step, upid }),
    stale,
    refused: refuse,
    verified,
    finish,
    lose,
  },
  confirming: { choose, finish: settled, lose },
  unknown: { verified, finish, refused: refuse },
  succeeded: {},
  reverted: {},
  failed: {},
  denied: {},
  withdrawn: {},
  expired: {},
  refused: {},
};

/** Names of the states that a change never leaves. */
export const FINAL: readonly StateName[] = [
  'succeeded',
  'reverted',
  'failed',
  'denied',
  'withdrawn',
  'expired',
  'refused',
];

/** Where `event` leads from `state`, or why it leads nowhere. Pure; the caller stores the answer. */
export const transition = (state: State, event: ChangeEvent): Moved => {
  // One cell of the table takes exactly its state and event; the row and column picked here are theirs.
  const cell = MACHINE[state.state][event.type] as ((state: State, event: ChangeEvent) => Moved) | undefined;
  return cell ? cell(state, event) : no({ no: 'not-possible', state: state.state, event: event.type });
};
