import type { BotCommandScope, LanguageCode } from 'grammy/types';
import type { MenuRow, Menus } from '../chat/chat.ts';
import { attempt, type Line, why } from './calls.ts';
import { MENU } from './limits.ts';

type Scope = { readonly scope: BotCommandScope; readonly shows: (row: MenuRow) => boolean };

/** Everything where the bot is alone with somebody; in groups nothing that would be refused there. */
const SCOPES: readonly Scope[] = [
  { scope: { type: 'all_private_chats' }, shows: () => true },
  { scope: { type: 'all_group_chats' }, shows: ({ unseen }) => !unseen },
];

const commandsOf = (rows: readonly MenuRow[]) =>
  rows
    .filter((row) => MENU.command.test(row.command))
    .slice(0, MENU.rows)
    .map(({ command, description }) => ({ command, description: description.slice(0, MENU.description) }));

/** A menu without a code serves every language that has none of its own. */
const languageOf = (locale: string, index: number): { language_code?: LanguageCode } =>
  // Locales begin with two letters, as Telegram's codes are.
  index === 0 ? {} : { language_code: locale.slice(0, 2) as LanguageCode };

/** Shows the menu by place and language. It is a convenience: where it cannot be shown, that is logged and no more. */
export const setMenus = async ({ api, log }: Line, menus: Menus): Promise<void> => {
  for (const [index, [locale, rows]] of [...menus].entries())
    for (const { scope, shows } of SCOPES) {
      const options = { scope, ...languageOf(locale, index) };
      const answer = await attempt(() => api.setMyCommands(commandsOf(rows.filter(shows)), options));
      if ('failed' in answer) log.warn({ why: why(answer.failed), locale }, 'telegram did not take the menu');
    }
};
