import type { Zone } from '#policies/calendar/zone';
import type { Card, Line } from '../chat/card.ts';
import { exampleOf } from './example.ts';
import { page } from './look.ts';
import { type Key, type Words } from './words.ts';

/** What commands are for, in the order in which help tells of them. */
export const HELP_GROUPS = ['look', 'ask', 'host', 'agree', 'urgent', 'people', 'you'] as const;
/** One of {@link HELP_GROUPS}. */
export type HelpGroup = (typeof HELP_GROUPS)[number];

/** The names of the commands of one group. */
export type Helped = { readonly group: HelpGroup; readonly names: readonly string[] };

/** What a command is for, in a few words. */
export const describe = (words: Words, name: string): Line =>
  // A test holds the locale files to the table: each command has its sentence.
  words.say(`command.${name}` as Key);

/** What somebody may type, on one screen; `zone`: of the clocks that set times are read by, for whoever may ask for changes. */
export const helpCard = (words: Words, groups: readonly Helped[], zone: Zone | null): Card => {
  const rows = groups
    .filter(({ names }) => names.length > 0)
    .map(({ group, names }) =>
      words.say(`help.${group}`, { list: names.map((name) => `/${name}`).join(' ') }),
    );
  const more = words.say('help.one');
  const at = zone === null ? [] : [words.say('help.more'), words.say('help.at', { zone })];
  return page('neutral', words.say('help.lead'), [...rows, more, ...at]);
};

/** How one command is typed and what it does. */
export const helpOfCard = (
  words: Words,
  { name, usage }: { readonly name: string; readonly usage: string },
): Card =>
  page('neutral', words.say('help.row', { usage, what: describe(words, name) }), [
    words.say('help.example', { example: exampleOf(name) }),
  ]);
