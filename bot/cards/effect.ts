import { ACTIONS } from '#policies/actions';
import type { EffectRow } from '#policies/review/diff';
import type { RulesEffect } from '#policies/review/rules-effect';
import type { Line } from '../chat/card.ts';
import { outcomeText } from './decision.ts';
import { outside, plain, type Words } from './words.ts';

const specialOf = ({ action, risk, where }: EffectRow): string => {
  const raised = risk === ACTIONS[action].risk ? [] : [`risk ${risk}`];
  const special = [...raised, ...Object.entries(where).map(([field, value]) => `${field} ${value}`)];
  return special.length === 0 ? '' : ` (${special.join(', ')})`;
};

/** All of a row but its action: rows that are the same in it are one line. */
const restOf = (words: Words, row: EffectRow): Line => {
  const { before, after, person, role, direction } = row;
  const values = {
    who: person === null ? words.say(`role.${role}`) : outside(person),
    where: outside(specialOf(row)),
    before: outcomeText(words, before, after),
    after: outcomeText(words, after, before),
    direction: words.say(`cli.${direction}`),
  };
  return words.say(person === null ? 'cli.effect-role' : 'cli.effect-person', values);
};

type Grouped = { readonly rest: Line; readonly rows: readonly EffectRow[] };

const grouped = (words: Words, rows: readonly EffectRow[]): readonly Grouped[] => {
  const all = rows.map((row) => ({ rest: restOf(words, row), row }));
  return [...Map.groupBy(all, ({ rest }) => plain(rest)).values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ rest: first.rest, rows: same.map(({ row }) => row) }] : [];
  });
};

const rowLines = (words: Words, { rest, rows }: Grouped): readonly Line[] => {
  const actions = rows.map(({ action }) => action).join(', ');
  const changes = rows.flatMap((row) => row.changes).map((no) => `#${no}`);
  const shown = changes.length > 0 ? [words.say('cli.effect-changes', { changes: changes.join(', ') })] : [];
  return [words.say('cli.effect', { actions, rest }), ...shown];
};

/** What becomes different, in words: "guest.stop by an operator: 2 admin -> 1 admin (looser)". */
export const effectRows = (words: Words, rows: readonly EffectRow[]): readonly Line[] =>
  grouped(words, rows).flatMap((group) => rowLines(words, group));

/** All that a change of the rules brings, and what of it no request shows. */
export const effectLines = (words: Words, { rows, whole, beyond }: RulesEffect): readonly Line[] => [
  ...effectRows(words, rows),
  ...beyond.map((section) => words.say('effect.beyond', { section: outside(section) })),
  ...(whole ? [] : [words.say('cli.not-whole')]),
  ...(rows.length + beyond.length === 0 ? [words.say('cli.no-effect')] : []),
];
