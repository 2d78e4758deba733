import { ACTIONS, ActionName, isOwnAction } from '#policies/actions';
import { no } from '#policies/result';
import { describe } from '../cards/help.ts';
import { type Key, languages, plain, type Words, wordsOf } from '../cards/words.ts';
import type { MenuOption, MenuRow, Menus } from '../chat/chat.ts';
import { ACCESS } from './access.ts';
import { askCommand } from './ask.ts';
import { audit } from './audit.ts';
import { breakGlassCommand, reviewCommand } from './break-glass.ts';
import { codeCommand } from './code.ts';
import type { Command } from './command.ts';
import { disableCommand } from './disable.ts';
import { freezeCommand, thawCommand } from './freeze.ts';
import { helpCommand } from './help.ts';
import { languageCommand } from './language.ts';
import { modeCommand } from './mode.ts';
import { OPTIONAL, type Option, option } from './option.ts';
import { peopleCommand } from './people.ts';
import { READING } from './read.ts';
import { recipeCommand, recipesCommand } from './recipes.ts';
import { rulesCommand } from './rules.ts';
import { scriptCommand, scriptsCommand } from './scripts.ts';
import { lookCommand, settleCommand } from './settle.ts';
import { undoCommand } from './undo.ts';
import { undoSubsystemCommand } from './undo-subsystem.ts';
import { keepCommand, pressCommand, revertCommand, withdrawCommand } from './vote.ts';

/** Commands of the catalogue that can be said in other ways as well. */
const SPOKEN: { readonly [N in ActionName]?: (ask: Command) => Command } = {
  'host.recipe': recipeCommand,
  'host.script': scriptCommand,
};

const asked = Object.keys(ACTIONS)
  .map((name) => ActionName.parse(name))
  .filter((name) => !isOwnAction(name))
  .filter((name) => name !== 'change.undo')
  .map((name) => (SPOKEN[name] ?? ((ask: Command): Command => ask))(askCommand(name)));

/** For people we do not know yet, so dispatch sees to it before it asks who speaks; here for help, and for those it does know. */
const link: Command = {
  name: 'link',
  usage: 'link [CODE|confirm PERSON]',
  options: [option('code', 'text', OPTIONAL), option('person', 'text', OPTIONAL)],
  who: 'viewer',
  scoped: true,
  unseen: true,
  run: () => no({ no: 'account-taken' }),
};

/** Every command there is, in the order that help shows. */
export const COMMANDS: readonly Command[] = [
  ...READING,
  audit,
  recipesCommand,
  scriptsCommand,
  helpCommand(() => COMMANDS),
  languageCommand,
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
  modeCommand,
  freezeCommand,
  thawCommand,
  peopleCommand,
  ...ACCESS,
  disableCommand,
  lookCommand,
  settleCommand,
  ...asked,
  undoCommand,
  undoSubsystemCommand,
];

/** How a field is shown: its sentence is that of its name, since a name means the same wherever it stands. */
const describeOption = (words: Words, { name, kind, required, choices }: Option): MenuOption => ({
  name,
  kind,
  required,
  choices,
  // A test holds the locale files to the table: each field has its sentence.
  description: plain(words.say(`option.${name}` as Key)),
});

const menuRows = (words: Words): readonly MenuRow[] =>
  COMMANDS.map((command) => ({
    command: command.name,
    unseen: command.unseen === true,
    description: describe(words, command.name)
      .map((span) => ('text' in span ? span.text : ''))
      .join(''),
    options: (command.options ?? []).map((field) => describeOption(words, field)),
  }));

/** The menu of a platform in every language, `locale` first. */
export const menusIn = (locale: string): Menus =>
  new Map(languages(locale).map((language) => [language, menuRows(wordsOf(language))]));
