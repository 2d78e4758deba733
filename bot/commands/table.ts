import { ACTIONS, ActionName, isOwnAction } from '#policies/actions';
import { no, ok } from '#policies/result';
import { zoneOf } from '#policies/rules/zone-of';
import { page } from '../cards/look.ts';
import { type Key, languages, type Words, wordsOf } from '../cards/words.ts';
import type { MenuRow, Menus } from '../chat/chat.ts';
import { ACCESS } from './access.ts';
import { askCommand } from './ask.ts';
import { audit } from './audit.ts';
import { breakGlassCommand, reviewCommand } from './break-glass.ts';
import { codeCommand } from './code.ts';
import type { Command } from './command.ts';
import { disableCommand } from './disable.ts';
import { freezeCommand, thawCommand } from './freeze.ts';
import { peopleCommand } from './people.ts';
import { READING } from './read.ts';
import { rulesCommand } from './rules.ts';
import { lookCommand, settleCommand } from './settle.ts';
import { undoCommand } from './undo.ts';
import { keepCommand, pressCommand, revertCommand, withdrawCommand } from './vote.ts';

const asked = Object.keys(ACTIONS)
  .map((name) => ActionName.parse(name))
  .filter((name) => ACTIONS[name].target !== 'change' && !isOwnAction(name))
  .map(askCommand);

const help: Command = {
  name: 'help',
  usage: 'help',
  who: 'viewer',
  scoped: true,
  run: ({ words, office, sight }) => {
    const rows = COMMANDS.filter(({ scoped }) => scoped || sight.whole).map((command) =>
      words.say('help.row', { usage: command.usage, what: describe(words, command) }),
    );
    const at = words.say('help.at', { zone: zoneOf(office.authority.rules) });
    return ok(page('neutral', words.say('help.lead'), [words.say('help.more'), at], rows));
  },
};

/** For people we do not know yet, so dispatch sees to it before it asks who speaks; here for help, and for those it does know. */
const link: Command = {
  name: 'link',
  usage: 'link [CODE|confirm PERSON]',
  who: 'viewer',
  scoped: true,
  unseen: true,
  run: () => no({ no: 'account-taken' }),
};

/** Every command there is, in the order that help shows. */
export const COMMANDS: readonly Command[] = [
  ...READING,
  audit,
  help,
  link,
  pressCommand('approve'),
  pressCommand('confirm'),
  pressCommand('deny'),
  codeCommand,
  withdrawCommand,
  breakGlassCommand,
  reviewCommand,
  keepCommand,
  revertCommand,
  rulesCommand,
  freezeCommand,
  thawCommand,
  peopleCommand,
  ...ACCESS,
  disableCommand,
  lookCommand,
  settleCommand,
  ...asked,
  undoCommand,
];

const describe = (words: Words, { name }: Command) =>
  // A test holds the locale files to the table: each command has its sentence.
  words.say(`command.${name}` as Key);

const menuRows = (words: Words): readonly MenuRow[] =>
  COMMANDS.map((command) => ({
    command: command.name,
    unseen: command.unseen === true,
    description: describe(words, command)
      .map((span) => ('text' in span ? span.text : ''))
      .join(''),
  }));

/** The menu of a platform in every language, `locale` first. */
export const menusIn = (locale: string): Menus =>
  new Map(languages(locale).map((language) => [language, menuRows(wordsOf(language))]));
