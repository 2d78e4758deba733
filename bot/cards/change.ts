import type { Verb } from '#db/ledger/buttons';
import type { StateName } from '#policies/change/state';
import type { Button, Card } from '../chat/card.ts';
import { actionText } from './action.ts';
import { nameOf } from './approvals.ts';
import { type ChangeView, effectLines, STATE_LINES } from './change-state.ts';
import { type DiffRoom, fileLines, fitted, type Shown } from './fitted.ts';
import { glassLines, glassMark } from './glass.ts';
import { ICONS, page, STATE_TONES } from './look.ts';
import { planDiff } from './plan-diff.ts';
import { listed, outside, type Words } from './words.ts';

/** Which buttons a card may have in each state, in rows; what is not here has none. */
export const BUTTONS: { readonly [S in StateName]?: readonly (readonly Verb[])[] } = {
  planning: [['withdraw']],
  awaiting: [
    ['approve', 'confirm', 'deny'],
    ['details', 'withdraw'],
  ],
  approved: [['deny', 'withdraw']],
  confirming: [['keep', 'revert']],
  succeeded: [['undo']],
  expired: [['plan-again']],
};

const STYLES: { readonly [V in Verb]: Button['style'] } = {
  approve: 'good',
  confirm: 'good',
  deny: 'danger',
  details: 'plain',
  withdraw: 'plain',
  keep: 'good',
  revert: 'danger',
  undo: 'plain',
  'plan-again': 'plain',
};

type Drawing = {
  readonly words: Words;
  readonly view: ChangeView;
  readonly room: DiffRoom;
  /** Gives the token of a button here, or null where it must not stand. */
  readonly token: (verb: Verb) => string | null;
  readonly sha256: (text: string) => string;
};

const showDiff = ({ words, view, room, sha256 }: Drawing): Shown => {
  const { plan, change } = view;
  if (plan === null || !DIFF_STATES.includes(change.state.state))
    return { diff: null, attachment: null, whole: plan !== null };
  return fitted(planDiff(plan, words), `change-${change.no}.diff`, { room, sha256 });
};

const DIFF_STATES: readonly StateName[] = [
  'awaiting',
  'approved',
  'running',
  'confirming',
  'succeeded',
  'failed',
  'reverted',
  'unknown',
];

/** Where the rules asked for nobody, nobody can say yes or no; whoever asked confirms it or takes it back. */
const nobodyNeeded = ({ change: { state } }: ChangeView): boolean =>
  'needs' in state && state.needs.length === 0;

type Stands = (view: ChangeView, shown: Shown) => boolean;
const always: Stands = () => true;

/** Nobody said yet whether it stays, and there is time to. */
const isOpen: Stands = ({ change: { state }, now }) =>
  state.state === 'confirming' && state.chosen === null && now < state.until;

/** Where a button stands. Agreeing needs a diff that can be read whole (invariant 6). */
const STANDS: { readonly [V in Verb]: Stands } = {
  approve: (view, { whole }) => whole && !nobodyNeeded(view),
  confirm: (view, { whole }) => whole && nobodyNeeded(view),
  deny: (view) => !nobodyNeeded(view),
  keep: isOpen,
  revert: isOpen,
  undo: ({ plan }) => plan?.undo.possible === true,
  details: always,
  withdraw: always,
  'plan-again': always,
};

const drawButtons = ({ words, view, token }: Drawing, shown: Shown): Card['buttons'] =>
  (BUTTONS[view.change.state.state] ?? [])
    .map((row) =>
      row.flatMap((verb): readonly Button[] => {
        const given = STANDS[verb](view, shown) ? token(verb) : null;
        const label = words
          .say(`button.${verb}`)
          .map((span) => ('text' in span ? span.text : ''))
          .join('');
        return given === null ? [] : [{ label, token: given, style: STYLES[verb] }];
      }),
    )
    .filter((row) => row.length > 0);

/**
 * What a card is posted as where its answer may be lost: which change it will show, and nothing that could be pressed or will be
 * untrue. The card takes its place at once; a message that we lost sight of stays as it is.
 */
export const firstCard = (words: Words, { change, name }: ChangeView): Card => {
  const values = { icon: ICONS.neutral, no: String(change.no), what: actionText(words, change, name) };
  return page('neutral', words.say('change.first', values), []);
};

/** One change as a card, drawn from the ledger as it is now. */
export const changeCard = (drawing: Drawing): Card => {
  const { words, view } = drawing;
  const { change, plan, people } = view;
  const { state } = change;
  const tone = STATE_TONES[state.state];
  const lead = words.say('change.lead', {
    icon: `${ICONS[tone]}${glassMark(change)}`,
    no: String(change.no),
    what: actionText(words, change, view.name),
    state: words.say(`state.${state.state}`),
  });
  const risk = words.say(`risk.${plan?.risk ?? 'low'}`);
  const where = plan && 'node' in plan ? [words.say('change.node', { node: outside(plan.node) })] : [];
  const asked = words.say('change.asked', { who: nameOf(people, change.requester), risk });
  const why = change.reason === null ? [] : [words.say('change.reason', { reason: outside(change.reason) })];
  // The table of lines has a row for each state, for exactly that state.
  const draw = STATE_LINES[state.state] as (
    words: Words,
    view: ChangeView,
    s: typeof state,
  ) => ReturnType<(typeof STATE_LINES)['planning']>;
  const lines = draw(words, view, state);
  const shown = showDiff(drawing);
  return {
    tone,
    lead,
    must: [
      ...effectLines(words, view),
      ...(plan ? [listed([asked, ...where], ' · ')] : []),
      ...why,
      ...glassLines(words, change, people),
      ...lines.must,
      ...fileLines(words, shown),
    ],
    more: lines.more,
    diff: shown.diff,
    attachment: shown.attachment,
    buttons: drawButtons(drawing, shown),
  };
};
