import type { Change } from '#policies/change/change';
import type { StandIn } from '#policies/change/stand-in';
import type { State, StateName } from '#policies/change/state';
import { DecisionRefusal } from '#policies/decide/refusal';
import type { AnyPlan } from '#policies/own-plan';
import { OwnRefusal } from '#policies/own-refusal';
import type { Person } from '#policies/person';
import { readWith } from '#policies/read-with';
import { shortName } from '#policies/target';
import type { Line } from '../chat/card.ts';
import { agreedLines, approvalLines, nameOf } from './approvals.ts';
import { askAgainLines } from './ask-again.ts';
import { endedLines } from './ended.ts';
import { keepLines, revertLines } from './keeping.ts';
import { blastLine, checkLines, seenLines, undoLine } from './plan-lines.ts';
import { needsText, refusalText, workerRefusalText } from './refusal.ts';
import { stepLines } from './step.ts';
import { type Numbers, undoesLines } from './undoes.ts';
import { code, listed, type Words, when } from './words.ts';

/**
 * What a card says of the surroundings of a change: what the `clock` by which its time was read shows then, if it has one; the
 * numbers of the `others` of its target that are open; how many changes its requester had `asked` for within an hour, with it.
 */
export type Around = {
  readonly clock: string | null;
  readonly others: readonly number[];
  readonly asked: number;
  /** The numbers of the changes that its plan takes back, or leaves. */
  readonly numbers: Numbers;
};

/** So many requests of one person within an hour are named on the card: whoever is asked often soon reads little. */
const MANY = 5;

/** All that a card of a change is drawn from. `now` in ms; `name` is what people call the target. */
export type ChangeView = {
  readonly change: Change;
  readonly plan: AnyPlan | null;
  readonly name: string | null;
  readonly people: readonly Person[];
  /** Who votes for whom now. */
  readonly standIns: readonly StandIn[];
  readonly now: number;
  readonly around: Around;
};

type Lines = { readonly must: readonly Line[]; readonly more: readonly Line[] };
type Drawn = {
  readonly [S in StateName]: (words: Words, view: ChangeView, state: Extract<State, { state: S }>) => Lines;
};

const only = (...must: readonly Line[]): Lines => ({ must, more: [] });
const short = (hash: string): Line => [code(`${hash.slice(0, 12)}…`)];

/** What it will do to others and whether it can be undone: the first that is read, while it can still be stopped. */
export const effectLines = (words: Words, { plan, change: { state } }: ChangeView): readonly Line[] =>
  plan === null || !['awaiting', 'approved'].includes(state.state)
    ? []
    : [...plan.blast.map((blast) => blastLine(words, blast)), undoLine(words, plan)];

const undone = (words: Words, { plan, around: { numbers } }: ChangeView): readonly Line[] =>
  plan !== null && 'undoes' in plan && plan.undoes ? undoesLines(words, plan.undoes, numbers) : [];

const checked = (words: Words, view: ChangeView): readonly Line[] =>
  view.plan === null ? [] : [...undone(words, view), ...checkLines(words, view.plan.checks)];

const withUndone = (words: Words, view: ChangeView, { must, more }: Lines): Lines => ({
  must: [...undone(words, view), ...must],
  more,
});

/** When it is wanted, by the clocks that it was asked by; it cannot be changed any more. */
const wantedLines = (words: Words, { change: { runAt }, around: { clock } }: ChangeView): readonly Line[] =>
  runAt === null || clock === null
    ? []
    : [words.say('change.wanted-at', { clock: code(clock), when: when(runAt) })];

/** Other open changes of the target, which this one may run into. */
const besideLines = (words: Words, { around: { others } }: ChangeView): readonly Line[] =>
  others.length === 0
    ? []
    : [words.say('change.beside', { others: others.map((no) => `#${no}`).join(', ') })];

const manyLines = (words: Words, { change, people, around: { asked } }: ChangeView): readonly Line[] =>
  asked <= MANY ? [] : [words.say('change.many', { who: nameOf(people, change.requester), count: asked })];

/** How to agree where a button does not do, and when it begins if that is not at once. */
const agreeLines = (
  words: Words,
  { change, now }: ChangeView,
  state: Extract<State, { state: 'awaiting' }>,
): readonly Line[] => {
  const { target, no } = change;
  const command = state.needs.length === 0 ? 'confirm' : 'approve';
  const typed = `/${command} ${no} ${shortName(target)}`;
  return [
    ...(state.confirm ? [words.say('change.type-target', { typed: [code(typed)] })] : []),
    ...(state.secondFactor ? [words.say('change.second-factor', { no: String(no) })] : []),
    ...(state.from > now && state.from !== change.runAt
      ? [words.say('change.begins', { when: when(state.from) })]
      : []),
  ];
};

/** Why, for everybody who reads the card: the words that speak to the requester are not theirs. */
const refusedText = (
  words: Words,
  { change, people }: ChangeView,
  refusal: Extract<State, { state: 'refused' }>['refusal'],
): Line => {
  const own = readWith(OwnRefusal, refusal);
  if (own.success) return refusalText(words, own.data);
  const ours = readWith(DecisionRefusal, refusal);
  if (!ours.success)
    return workerRefusalText(words, refusal as Exclude<typeof refusal, DecisionRefusal | OwnRefusal>); // what is not ours is the worker's
  if (ours.data.no !== 'role-too-low') return refusalText(words, ours.data);
  const [role, needs] = [words.say(`role.${ours.data.role}`), words.say(`role.${ours.data.needs}`)];
  return words.say('change.role-too-low', { who: nameOf(people, change.requester), role, needs });
};

type Expired = Extract<State, { state: 'expired' }>;

/** Whom it had been waiting for, and who had agreed. */
const missedLines = (words: Words, view: ChangeView, asked: Expired['asked']): readonly Line[] => {
  if (!asked || asked.needs.length === 0) return [];
  // Who stands in for whom now says nothing of those who agreed then.
  const agreed = agreedLines(words, view.change, asked.votes, { ...view, standIns: [] });
  return [listed([words.say('change.needed', { needs: needsText(words, asked.needs) }), ...agreed], ' · ')];
};

/** The lines that belong to each state, beside the head that all have. */
export const STATE_LINES: Drawn = {
  planning: (words, view) =>
    only(...wantedLines(words, view), ...besideLines(words, view), words.say('change.planning')),
  awaiting: (words, view, state) => ({
    must: [
      ...wantedLines(words, view),
      ...besideLines(words, view),
      ...checked(words, view),
      ...manyLines(words, view),
      ...approvalLines(words, view.change, state, view),
      ...agreeLines(words, view, state),
      ...revertLines(words, view, state),
      words.say('change.expires', { when: when(state.until) }),
      words.say('change.untouched', { hash: short(state.plan) }),
    ],
    more: [],
  }),
  approved: (words, view, state) => ({
    must: [
      ...wantedLines(words, view),
      ...besideLines(words, view),
      ...checked(words, view),
      ...approvalLines(words, view.change, state, view),
      state.from > view.now
        ? words.say('change.begins', { when: when(state.from) })
        : words.say('change.waiting-target'),
      ...revertLines(words, view, state),
      words.say('change.untouched', { hash: short(state.plan) }),
    ],
    more: [],
  }),
  running: (words, view, { step, votes }) => ({
    must: [
      words.say('change.step', { step: step + 1, steps: view.plan?.effects.length ?? 1 }),
      ...agreedLines(words, view.change, votes, view),
    ],
    more: stepLines(words, view.plan, { step, at: 'now' }),
  }),
  confirming: (words, view, state) => ({
    must: [...keepLines(words, view, state), ...seenLines(words, state.seen)],
    more: [],
  }),
  unknown: (words, { change: { no } }, state) =>
    only(
      words.say('change.unknown', { why: words.say(`lost.${state.why}`) }),
      words.say('change.unknown-hint', { no: String(no) }),
    ),
  succeeded: (words, view, state) => withUndone(words, view, endedLines(words, view, state)),
  reverted: (words, view, state) => endedLines(words, view, state),
  failed: (words, view, state) => endedLines(words, view, state),
  denied: (words, { people }, state) =>
    only(words.say('change.denied-by', { who: nameOf(people, state.by) })),
  withdrawn: (words, { people }, { by, disabled, next }) => {
    const who = nameOf(people, by);
    if (next !== undefined) return only(words.say('change.superseded', { who, next: String(next) }));
    return only(words.say(disabled ? 'change.withdrawn-disabled' : 'change.withdrawn-by', { who }));
  },
  expired: (words, view, { was, asked }) => {
    const { clock } = view.around;
    return only(
      clock === null || was === 'planning'
        ? words.say(`change.expired-${was}`)
        : words.say(`change.late-${was}`, { clock: code(clock) }),
      ...missedLines(words, view, asked),
      ...(clock === null ? askAgainLines(words, view.change) : []),
    );
  },
  refused: (words, view, { refusal }) =>
    only(words.say('change.refused', { why: refusedText(words, view, refusal) })),
};
