import { isDeepStrictEqual } from 'node:util';
import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  Routes,
} from 'discord.js';
import type { Logger } from 'pino';
import type { MenuOption, MenuRow, Menus } from '../chat/chat.ts';
import { type Call, settle } from './call.ts';
import { refTo } from './intent.ts';
import { COMMANDS } from './limits.ts';

type MenuParts = {
  readonly call: Call;
  readonly log: Pick<Logger, 'warn'>;
  readonly guild: string;
  readonly application: Promise<string>;
};

const cut = (text: string): string =>
  text.length <= COMMANDS.description ? text : `${text.slice(0, COMMANDS.description - 1)}…`;

/** Discord's names of languages: it has several of some, and no plain English. */
const LOCALES: { readonly [locale: string]: readonly string[] } = {
  en: ['en-US', 'en-GB'],
  es: ['es-ES', 'es-419'],
  pt: ['pt-BR'],
};

/** The same sentence in every other language, found by `find` in the menus of those. */
const localized = (others: Menus, find: (rows: readonly MenuRow[]) => string | undefined) => ({
  description_localizations: Object.fromEntries(
    [...others].flatMap(([locale, rows]) => {
      const text = find(rows);
      return text === undefined ? [] : (LOCALES[locale] ?? [locale]).map((name) => [name, cut(text)]);
    }),
  ),
});

const rowOf = (rows: readonly MenuRow[], command: string): MenuRow | undefined =>
  rows.find((row) => row.command === command);

const COMPLETED: readonly MenuOption['kind'][] = ['guest', 'node', 'change', 'person'];

const drawOption = (option: MenuOption, command: string, others: Menus) => ({
  type: ApplicationCommandOptionType.String,
  name: option.name,
  description: cut(option.description),
  ...localized(
    others,
    (rows) => rowOf(rows, command)?.options?.find(({ name }) => name === option.name)?.description,
  ),
  required: option.required,
  autocomplete: COMPLETED.includes(option.kind),
  choices: option.choices.slice(0, COMMANDS.choices).map((value) => ({ name: value, value })),
});

/** A command for the server alone: it is in no private chat, and nobody can install it for themselves. */
const drawRow = ({ command, description, options = [] }: MenuRow, others: Menus) => ({
  type: ApplicationCommandType.ChatInput,
  name: command,
  description: cut(description),
  ...localized(others, (rows) => rowOf(rows, command)?.description),
  contexts: [InteractionContextType.Guild],
  integration_types: [ApplicationIntegrationType.GuildInstall],
  options: options.slice(0, COMMANDS.options).map((option) => drawOption(option, command, others)),
});

/** The menu as it is sent: in the first language, with the others beside it. */
export const drawMenu = (menus: Menus) => {
  const [first, ...others] = menus;
  const [, rows = []] = first ?? [];
  return rows
    .filter(({ command }) => COMMANDS.name.test(command))
    .slice(0, COMMANDS.rows)
    .map((row) => drawRow(row, new Map(others)));
};

type Drawn = ReturnType<typeof drawRow>;

const readOption = (option: APIApplicationCommandOption): ReturnType<typeof drawOption> => ({
  type: option.type as ApplicationCommandOptionType.String, // compared with what we send, whatever it is
  name: option.name,
  description: option.description,
  description_localizations: filled(option.description_localizations),
  required: option.required ?? false,
  autocomplete: 'autocomplete' in option && option.autocomplete === true,
  choices:
    'choices' in option
      ? (option.choices ?? []).map(({ name, value }) => ({ name, value: String(value) }))
      : [],
});

/** A command as Discord has it, in the form in which we send one: it leaves out what is empty and adds much of its own. */
const readRow = (command: APIApplicationCommand): Drawn => ({
  type: command.type as ApplicationCommandType.ChatInput, // compared with what we send, whatever it is
  name: command.name,
  description: command.description,
  description_localizations: filled(command.description_localizations),
  contexts: (command.contexts ?? []) as Drawn['contexts'], // compared with what we send, whatever it is
  integration_types: (command.integration_types ?? []) as Drawn['integration_types'], // the same
  options: (command.options ?? []).map(readOption),
});

const filled = (texts: { readonly [locale: string]: string | null } | null | undefined) =>
  Object.fromEntries(
    Object.entries(texts ?? {}).flatMap(([name, text]) => (text === null ? [] : [[name, text]])),
  );

const byName = (rows: readonly Drawn[]): readonly Drawn[] =>
  [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));

/**
 * Registers the commands of the server: all at once, and only where they differ, since Discord counts what is registered
 * (200 a day). Where it cannot be, that is logged and no more.
 */
export const openMenu =
  ({ call, log, guild, application }: MenuParts): ((menus: Menus) => Promise<void>) =>
  async (menus) => {
    const route = Routes.applicationGuildCommands(await application, guild);
    const wanted = drawMenu(menus);
    const there = await call<APIApplicationCommand[]>((rest) =>
      rest.get(route, { query: new URLSearchParams({ with_localizations: 'true' }) }),
    );
    if ('result' in there && isDeepStrictEqual(byName(there.result.map(readRow)), byName(wanted))) return;
    const put = await call((rest) => rest.put(route, { body: wanted }));
    const sent = settle(put, () => refTo('', ''));
    if (sent.sent !== 'ok') log.warn(sent, 'discord did not take the menu');
  };
