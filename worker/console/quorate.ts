import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { page } from '../shell/page.ts';
import { APPLY_USAGE, apply, UNDO_USAGE, undo } from './apply.ts';
import { plan, USAGE } from './plan.ts';
import { type Terminal, textOf } from './terminal.ts';

/** The commands of a node's console that need no bot and no worker: they act on this very host, as root. */
const COMMANDS = {
  plan: { run: plan, usage: USAGE },
  apply: { run: apply, usage: APPLY_USAGE },
  undo: { run: undo, usage: UNDO_USAGE },
} as const;

const isCommand = (name: string | undefined): name is keyof typeof COMMANDS =>
  name !== undefined && Object.hasOwn(COMMANDS, name);

const ask = async (question: string): Promise<string | null> => {
  if (!process.stdin.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
};

/** NO_COLOR and its kin are read by Node itself: https://nodejs.org/api/tty.html#writestreamgetcolordepthenv */
const colours = process.stdout.isTTY && process.stdout.hasColors();

const print = async (lines: readonly string[]): Promise<void> => {
  const text = textOf(lines, colours);
  if (process.stdout.isTTY && lines.length >= process.stdout.rows) return page(text);
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
};

const terminal: Terminal = { print, complain: (line) => console.error(line), ask };

const isMisuse = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');

/** Before `--` only: what stands behind it is the command's own. */
const asksHow = (args: readonly string[]): boolean => {
  const own = args.includes('--') ? args.slice(0, args.indexOf('--')) : args;
  return own.includes('--help') || own.includes('-h');
};

const [name, ...args] = process.argv.slice(2);
const usage = isCommand(name) ? [COMMANDS[name].usage] : Object.values(COMMANDS).map((each) => each.usage);
try {
  if (asksHow(process.argv.slice(2))) await print(usage.map((line) => `usage: ${line}`));
  else if (isCommand(name)) process.exitCode = await COMMANDS[name].run(terminal, args);
  else throw new Error(`a command of ${Object.keys(COMMANDS).join(', ')}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  if (isMisuse(error)) for (const line of usage) console.error(`usage: ${line}`);
  process.exitCode = isMisuse(error) ? 2 : 1;
}
