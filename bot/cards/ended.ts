import type { Change } from '#policies/change/change';
import type { State } from '#policies/change/state';
import type { Failure, Outcome } from '#policies/outcome';
import type { AnyPlan } from '#policies/own-plan';
import type { Person } from '#policies/person';
import type { Line } from '../chat/card.ts';
import { agreedLines, nameOf } from './approvals.ts';
import { askAgainLines } from './ask-again.ts';
import { isTakenBack, keptLines, leftLines } from './keeping.ts';
import { seenLines } from './plan-lines.ts';
import { spanText } from './span.ts';
import { stepLines } from './step.ts';
import { listed, outside, type Words } from './words.ts';

/** What the end of a change is told from; `now` in ms. */
type Known = {
  readonly change: Change;
  readonly plan: AnyPlan | null;
  readonly people: readonly Person[];
  readonly now: number;
};
type Lines = { readonly must: readonly Line[]; readonly more: readonly Line[] };

const failureText = (words: Words, failure: Failure): Line => {
  const { failure: kind, ...facts } = failure;
  const said = Object.entries(facts).map(([name, value]) => [name, outside(String(value))]);
  return words.say(`failure.${kind}`, Object.fromEntries(said));
};

/** The end of a failed task's log, and how much of it is not shown. */
const logLines = (words: Words, failure: Failure): readonly Line[] => {
  if (failure.failure !== 'task') return [];
  const { log, omitted } = failure;
  const before = omitted === undefined ? [] : [words.say('change.log-omitted', { count: omitted })];
  return [...before, ...log.map((line) => words.say('change.log', { line: outside(line) }))];
};

/** Failures that are not of the step which came last. */
const OF_NO_STEP: readonly Failure['failure'][] = ['not-seen', 'said'];

type Failed = Exclude<Outcome, { end: 'succeeded' }>;

/** What a change failed at; or that it was done, and then not kept. */
const failedLine = (words: Words, outcome: Failed): Line => {
  const { failure, step } = outcome;
  const why = failureText(words, failure);
  if (isTakenBack(outcome))
    return words.say(outcome.end === 'reverted' ? 'change.taken-back' : 'change.not-taken-back', { why });
  return OF_NO_STEP.includes(failure.failure)
    ? words.say('change.failed', { why })
    : words.say('change.failed-step', { step: step + 1, why });
};

/** What is said of a change that failed, besides why: which steps were done, that they were taken back, how to ask again. */
const brokenLines = (words: Words, { change, plan }: Known, outcome: Failed) => {
  const { end, step, failure } = outcome;
  if (isTakenBack(outcome)) return { steps: [], undone: [], again: [] };
  return {
    steps: OF_NO_STEP.includes(failure.failure) ? [] : stepLines(words, plan, { step, at: 'failed' }),
    undone: end === 'reverted' ? [words.say('change.rolled-back')] : [],
    again: askAgainLines(words, change),
  };
};

type Ended = Extract<State, { state: 'succeeded' | 'reverted' | 'failed' }>;

/** How long it took, in whole seconds; what took none does not say so. */
const tookLines = (words: Words, { change: { changedAt } }: Known, { began }: Ended): readonly Line[] => {
  const ms = began === undefined ? 0 : Math.round((changedAt - began) / 1000) * 1000;
  return ms < 1000 ? [] : [words.say('change.took', { time: spanText(words, ms) })];
};

/** Who had agreed, and how long it took. */
const pastLines = (words: Words, known: Known, state: Ended): readonly Line[] => {
  // Who stands in for whom now says nothing of those who agreed then.
  const then = { ...known, standIns: [] };
  const past = [...agreedLines(words, known.change, state.votes, then), ...tookLines(words, known, state)];
  return past.length === 0 ? [] : [listed(past, ' · ')];
};

/** What came of it, what was seen afterwards, who had agreed, how long it took, and what can be done now. */
export const endedLines = (words: Words, known: Known, state: Ended): Lines => {
  const { plan, change } = known;
  const { outcome } = state;
  const seen = seenLines(words, outcome.seen);
  const kept = keptLines(words, known, state);
  const past = pastLines(words, known, state);
  if (outcome.end === 'succeeded') {
    const undo = plan?.undo.possible ? [words.say('change.undo-hint', { no: String(change.no) })] : [];
    const said = outcome.said ? [words.say('change.said', { who: nameOf(known.people, outcome.said) })] : [];
    return { must: [...said, ...kept, ...seen, ...past, ...undo], more: [] };
  }
  const left = leftLines(words, outcome, (failure) => failureText(words, failure));
  const { steps, undone, again } = brokenLines(words, known, outcome);
  return {
    must: [failedLine(words, outcome), ...undone, ...steps, ...kept, ...left, ...seen, ...past, ...again],
    more: logLines(words, outcome.failure),
  };
};
