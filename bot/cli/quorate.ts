import { userInfo } from 'node:os';
import { wordsOf } from '../cards/words.ts';
import { environment } from '../config.ts';
import { PLATFORM_COMMANDS } from '../platforms.ts';
import { audit } from './audit.ts';
import { chat } from './chat-check.ts';
import { config } from './config-check.ts';
import { key } from './key.ts';
import { linkCode } from './link-code.ts';
import { people } from './people.ts';
import { rules } from './rules.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';

const COMMANDS: { readonly [name: string]: ShellCommand } = {
  config,
  chat,
  people,
  'link-code': linkCode,
  audit,
  rules,
  key,
  ...PLATFORM_COMMANDS,
};

/** Did util.parseArgs not know an option? https://nodejs.org/api/errors.html */
const isMisuse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');

/** Runs one command of the shell; gives the exit code. */
export const runShell = async (shell: Shell, [name, ...args]: readonly string[]): Promise<number> => {
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) {
    try {
      return await command.run(shell, args);
    } catch (error) {
      shell.complain(error instanceof Error ? error.message : String(error));
      return isMisuse(error) ? misused(shell, command.usage) : 1;
    }
  }
  shell.complain(said(shell, 'cli.commands'));
  for (const { usage } of Object.values(COMMANDS)) shell.complain(said(shell, 'cli.row', { usage }));
  return 2;
};

if (import.meta.main) {
  const shell: Shell = {
    words: wordsOf('en'),
    env: environment(),
    user: userInfo().username, // from the password database, not from $USER, which anybody may set
    now: Date.now,
    print: (text) => console.log(text),
    complain: (text) => console.error(text),
  };
  process.exitCode = await runShell(shell, process.argv.slice(2));
}
