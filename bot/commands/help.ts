import { ACTIONS } from '#policies/actions';
import { fits } from '#policies/change/vote';
import { atLeast } from '#policies/person';
import { no, ok } from '#policies/result';
import { zoneOf } from '#policies/rules/zone-of';
import { HELP_GROUPS, type HelpGroup, helpCard, helpOfCard } from '../cards/help.ts';
import type { Answer, Asking, Command } from './command.ts';
import { OPTIONAL, option } from './option.ts';

const GROUPS: { readonly [command: string]: HelpGroup } = {
  ...grouped('look', [
    'status',
    'guests',
    'guest',
    'backups',
    'changes',
    'change',
    'why',
    'audit',
    'rules',
    'recipes',
    'scripts',
  ]),
  ...grouped('agree', ['approve', 'confirm', 'deny', 'code', 'withdraw', 'keep', 'revert']),
  ...grouped('urgent', ['freeze', 'thaw', 'mode', 'break_glass', 'review', 'look', 'settle']),
  ...grouped('people', ['people', 'role', 'scope', 'enable', 'disable']),
  ...grouped('you', ['whoami', 'language', 'link', 'help']),
  ...grouped('ask', ['undo']),
  ...grouped('host', ['undo_subsystem']),
  ...Object.fromEntries(
    Object.values(ACTIONS).flatMap(({ command, target }): readonly (readonly [string, HelpGroup])[] => {
      if (target === 'guest') return [[command, 'ask']];
      return target === 'node' ? [[command, 'host']] : [];
    }),
  ),
};

function grouped(group: HelpGroup, names: readonly string[]): { readonly [command: string]: HelpGroup } {
  return Object.fromEntries(names.map((name) => [name, group]));
}

/** What a command is for. */
export const groupOf = ({ name }: Pick<Command, 'name'>): HelpGroup | undefined => GROUPS[name];

/** Could the rules ever count on this person, or let them ask? Whoever neither asks nor agrees has nothing to say yes or no to. */
const hasSay = ({ person, office }: Asking): boolean =>
  atLeast(person.role, 'operator') ||
  office.authority.rules.rules.some((rule) => 'need' in rule && rule.need.some((need) => fits(person, need)));

const SAYING: readonly (HelpGroup | undefined)[] = ['agree', 'urgent'];

/** May this person use it, as far as that can be told before they try? */
const isTheirs = (asking: Asking, command: Command): boolean =>
  atLeast(asking.person.role, command.who) &&
  (command.scoped === true || asking.sight.whole) &&
  (!SAYING.includes(groupOf(command)) || hasSay(asking));

/** Why a command is not for them, as they would be told if they tried; everybody may read in the README which there are. */
const notTheirs = ({ person: { role }, sight }: Asking, { who, scoped }: Command): Answer | null => {
  if (!atLeast(role, who)) return no({ no: 'role-too-low', role, needs: who });
  return scoped !== true && !sight.whole ? no({ no: 'out-of-scope' }) : null;
};

/** `/help` tells what whoever asks may type, `/help stop` how one of it is typed. */
export const helpCommand = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  usage: 'help [COMMAND]',
  options: [option('command', 'text', OPTIONAL)],
  who: 'viewer',
  scoped: true,
  run: (asking, [text]) => {
    const { words, office } = asking;
    if (text !== undefined) {
      const name = text.replace(/^\//, '').toLowerCase().replaceAll('-', '_');
      const command = commands().find((one) => one.name === name);
      if (!command) return no({ no: 'unknown-command', command: `/${name.slice(0, 32)}` });
      return notTheirs(asking, command) ?? ok(helpOfCard(words, command));
    }
    const theirs = commands().filter((command) => isTheirs(asking, command));
    const groups = HELP_GROUPS.map((group) => ({
      group,
      names: theirs.filter((command) => groupOf(command) === group).map(({ name }) => name),
    }));
    const asks = theirs.some((command) => groupOf(command) === 'ask');
    return ok(helpCard(words, groups, asks ? zoneOf(office.authority.rules) : null));
  },
});
