import { existsSync } from 'node:fs';
import { systemRandom } from '#db/ledger/ledger';
import { downNow } from '#db/ledger/platforms-down';
import { openDatabase } from '#db/open';
import { downLines } from '../cards/down.ts';
import { code, outside } from '../cards/words.ts';
import type { Line } from '../chat/card.ts';
import type { Checked } from '../chat/check.ts';
import { showHidden } from '../chat/outside.ts';
import { type BotSettings, configPath, loadBotSettings } from '../config.ts';
import { checkPlatforms } from '../platforms.ts';
import { misused, printComplaints, type Shell, type ShellCommand, said } from './shell.ts';
import { ledgerPath } from './with-ledger.ts';

const sayChecked = (shell: Shell, checked: Checked): void => {
  const { at, thing } = checked;
  const key = 'good' in checked ? 'cli.checked-good' : 'cli.checked-bad';
  // Titles of chats are written by others, and a terminal obeys what nobody sees.
  const what = outside(showHidden('good' in checked ? checked.good : checked.bad));
  shell.print(said(shell, key, { at: code(at), thing: said(shell, `cli.checked.${thing}`), what }));
};

const textOf = (line: Line): string =>
  line.map((span) => (span.span === 'time' ? new Date(span.at).toISOString() : span.text)).join('');

/**
 * What the bot knows, or knew last, of its own connections: two processes with one token cannot be seen from outside, since whoever
 * looks for the other would be a third.
 */
const heardLast = ({ words, now }: Shell, { state }: BotSettings): readonly Checked[] => {
  const path = ledgerPath(state);
  if (!existsSync(path)) return [];
  const db = openDatabase({ path, migrations: 'ledger', now });
  try {
    const down = downNow({ db, now, random: systemRandom });
    const lines = downLines(words, down).map(textOf);
    return down.map(({ platform }, index) => ({
      at: `bot.${platform}`,
      thing: 'connection',
      bad: lines[index] ?? '',
    }));
  } finally {
    db.close();
  }
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
    const all = [...(await checkPlatforms(settings.value)), ...heardLast(shell, settings.value)];
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
