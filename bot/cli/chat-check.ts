import { code, outside } from '../cards/words.ts';
import type { Checked } from '../chat/check.ts';
import { showHidden } from '../chat/outside.ts';
import { configPath, loadBotSettings } from '../config.ts';
import { checkPlatforms } from '../platforms.ts';
import { misused, printComplaints, type Shell, type ShellCommand, said } from './shell.ts';

const sayChecked = (shell: Shell, checked: Checked): void => {
  const { at, thing } = checked;
  const key = 'good' in checked ? 'cli.checked-good' : 'cli.checked-bad';
  // Titles of chats are written by others, and a terminal obeys what nobody sees.
  const what = outside(showHidden('good' in checked ? checked.good : checked.bad));
  shell.print(said(shell, key, { at: code(at), thing: said(shell, `cli.checked.${thing}`), what }));
};

/** `chat check`: asks every configured platform whether the bot can work there, and says what is missing. */
export const chat: ShellCommand = {
  usage: 'chat check',
  run: async (shell, [verb]) => {
    if (verb !== 'check') return misused(shell, chat.usage);
    const path = configPath(shell.env);
    if (path === null) {
      shell.complain(said(shell, 'cli.no-config'));
      return 1;
    }
    const settings = loadBotSettings(path, shell.env);
    if (!settings.ok) return printComplaints(shell, path, settings.error);
    const all = await checkPlatforms(settings.value);
    if (all.length === 0) {
      shell.complain(said(shell, 'cli.checked-none', { file: outside(path) }));
      return 1;
    }
    for (const checked of all) sayChecked(shell, checked);
    const missing = all.filter((checked) => 'bad' in checked).length;
    if (missing > 0) shell.complain(said(shell, 'cli.checked-missing', { count: missing }));
    else shell.print(said(shell, 'cli.checked-all-good'));
    return missing > 0 ? 1 : 0;
  },
};
