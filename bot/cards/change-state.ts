import type { Change } from '#policies/change/change';
import type { State, StateName } from '#policies/change/state';
import { DecisionRefusal } from '#policies/decide/refusal';
import type { Failure, Outcome } from '#policies/outcome';
import type { Person } from '#policies/person';
import type { Plan } from '#policies/plan';
import type { Line } from '../chat/card.ts';
import { approvalLines, nameOf } from './approvals.ts';
import { blastLine, checkLines, seenLines, undoLine } from './plan-lines.ts';
import { refusalText, workerRefusalText } from './refusal.ts';
import { code, outside, type Words, when } from './words.ts';

/** All that a card of a change is drawn from. `now` in ms; `name` is what people call the target. */
export type ChangeView = {
  readonly change: Change;
  readonly plan: Plan | null;
  readonly name: string | null;
  readonly people: readonly Person[];
  readonly now: number;
};

type Lines = { readonly must: readonly Line[]; readonly more: readonly Line[] };
type Drawn = {
  readonly [S in StateName]: (words: Words, view: ChangeView, state: Extract<State, { state: S }>) => Lines;
};

const only = (...must: readonly Line[]): Lines => ({ must, more: [] });
const short = (hash: string): Line => [code(`${hash.slice(0, 12)}…`)];

const planned = (words: Words, { plan }: ChangeView): readonly Line[] =>
  plan === null
    ? []
    : [
        ...plan.blast.map((blast) => blastLine(words, blast)),
        undoLine(words, plan),
        ...checkLines(words, plan.checks),
      ];

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

const ended = (words: Words, view: ChangeView, outcome: Outcome): Lines => {
  const { plan, change } = view;
  const seen = seenLines(words, outcome.seen);
  if (outcome.end === 'succeeded') {
    const undo = plan?.undo.possible ? [words.say('change.undo-hint', { no: String(change.no) })] : [];
    const said = outcome.said ? [words.say('change.said', { who: nameOf(view.people, outcome.said) })] : [];
    return { must: [...said, ...seen, ...undo], more: [] };
  }
  const why = failureText(words, outcome.failure);
  return {
    must: [words.say('change.failed-step', { step: outcome.step + 1, why }), ...seen],
    more: logLines(words, outcome.failure),
  };
};

/** How to agree where a button does not do, and when it begins if that is not at once. */
const agreeLines = (
  words: Words,
  { change, now }: ChangeView,
  state: Extract<State, { state: 'awaiting' }>,
): readonly Line[] => {
  const { target, no } = change;
  const command = state.needs.length === 0 ? 'confirm' : 'approve';
  const typed = `/${command} ${no} ${target.kind === 'guest' ? target.vmid : target.node}`;
  return [
    ...(state.confirm ? [words.say('change.type-target', { typed: [code(typed)] })] : []),
    ...(state.secondFactor ? [words.say('change.second-factor', { no: String(no) })] : []),
    ...(state.from > now ? [words.say('change.begins', { when: when(state.from) })] : []),
  ];
};

/** Why, for everybody who reads the card: the words that speak to the requester are not theirs. */
const refusedText = (
  words: Words,
  { change, people }: ChangeView,
  refusal: Extract<State, { state: 'refused' }>['refusal'],
): Line => {
  const ours = DecisionRefusal.safeParse(refusal);
  if (!ours.success) return workerRefusalText(words, refusal as Exclude<typeof refusal, DecisionRefusal>); // what is not ours is the worker's
  if (ours.data.no !== 'role-too-low') return refusalText(words, ours.data);
  const [role, needs] = [words.say(`role.${ours.data.role}`), words.say(`role.${ours.data.needs}`)];
  return words.say('change.role-too-low', { who: nameOf(people, change.requester), role, needs });
};

/** The lines that belong to each state, beside the head that all have. */
export const STATE_LINES: Drawn = {
  planning: (words) => only(words.say('change.planning')),
  awaiting: (words, view, state) => ({
    must: [
      ...planned(words, view),
      ...approvalLines(words, view.change, state, view),
      ...agreeLines(words, view, state),
      words.say('change.expires', { when: when(state.until) }),
      words.say('change.untouched', { hash: short(state.plan) }),
    ],
    more: [],
  }),
  approved: (words, view, state) => ({
    must: [
      ...planned(words, view),
      ...approvalLines(words, view.change, state, view),
      state.from > view.now
        ? words.say('change.begins', { when: when(state.from) })
        : words.say('change.waiting-target'),
      words.say('change.untouched', { hash: short(state.plan) }),
    ],
    more: [],
  }),
  running: (words, { plan }, state) =>
    only(words.say('change.step', { step: state.step + 1, steps: plan?.effects.length ?? 1 })),
  confirming: (words, _, state) => only(words.say('change.confirming', { when: when(state.until) })),
  unknown: (words, _, state) => only(words.say('change.unknown', { why: words.say(`lost.${state.why}`) })),
  succeeded: (words, view, state) => ended(words, view, state.outcome),
  reverted: (words, view, state) => ended(words, view, state.outcome),
  failed: (words, view, state) => ended(words, view, state.outcome),
  denied: (words, { people }, state) =>
    only(words.say('change.denied-by', { who: nameOf(people, state.by) })),
  withdrawn: (words, { people }, state) =>
    only(
      words.say(state.disabled ? 'change.withdrawn-disabled' : 'change.withdrawn-by', {
        who: nameOf(people, state.by),
      }),
    ),
  expired: (words, _, state) => only(words.say(`change.expired-${state.was}`)),
  refused: (words, view, { refusal }) =>
    only(words.say('change.refused', { why: refusedText(words, view, refusal) })),
};
