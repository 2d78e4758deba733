import type { Change } from '#policies/change/change';
import type { Person } from '#policies/person';
import type { Card, Line } from '../chat/card.ts';
import { actionText } from './action.ts';
import { nameOf } from './approvals.ts';
import { glassMark, type Owed, owedLines } from './glass.ts';
import { ICONS, page, STATE_TONES } from './look.ts';
import { outside, type Words, when } from './words.ts';

/** Where it stands and, before its set time, when it is wanted. */
const stateText = (words: Words, { state: { state }, runAt }: Change): Line => {
  const stands = words.say(`state.${state}`);
  const waits = runAt !== null && ['planning', 'awaiting', 'approved'].includes(state);
  return waits ? words.say('change.row-at', { state: stands, when: when(runAt) }) : stands;
};

/** One change in a line. `name` is what people call its target. */
export const changeRow = (
  words: Words,
  change: Change,
  people: readonly Person[],
  name: string | null,
): Line =>
  words.say('change.row', {
    icon: `${ICONS[STATE_TONES[change.state.state]]}${glassMark(change)}`,
    no: String(change.no),
    what: actionText(words, change, name),
    state: stateText(words, change),
    who: nameOf(people, change.requester),
    when: when(change.changedAt),
  });

/** The latest changes, under the reviews that are owed; `whole`: of everything, and not only of what the reader may see. */
export const changesCard = (
  words: Words,
  rows: readonly Line[],
  { owed, whole }: { readonly owed: readonly Owed[]; readonly whole: boolean },
): Card => {
  const none = words.say(whole ? 'changes.none' : 'changes.none-of-yours');
  const lines = [...owedLines(words, owed), ...(rows.length === 0 ? [none] : [])];
  return page('neutral', words.say('changes.lead'), lines, rows);
};

/** One record of the audit as people read it; the line itself is in the export. */
export type AuditRow = {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly actor: string;
  readonly rest: string;
};

/** A page of the sealed log, newest first. `args` are the filters it was asked with; `older` is the seq to go on from. */
export const auditCard = (
  words: Words,
  rows: readonly AuditRow[],
  args: string,
  older: number | null,
): Card => {
  const lines = rows.map((row) =>
    words.say('audit.row', {
      seq: `#${row.seq}`,
      when: when(row.at),
      kind: row.kind,
      actor: outside(row.actor),
      rest: outside(row.rest),
    }),
  );
  const more = older === null ? [] : [words.say('audit.more', { args: outside(args), seq: String(older) })];
  const none = rows.length === 0 ? [words.say('audit.none')] : [];
  return page('neutral', words.say('audit.lead'), [...none, ...more], lines);
};
