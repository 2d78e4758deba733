import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAUNCHER } from '#test/fixture/launcher';
import { SCRATCH } from '#test/fixture/scratch';

const root = join(import.meta.dirname, '../..');

/** How long anything may take to be seen (ms). */
const PATIENCE = 60_000;

/** A folder in which a bot of its own process is configured; its worker never comes. `state` may lie elsewhere. */
export const layBot = (place?: { readonly state: string }) => {
  const folder = mkdtempSync(join(SCRATCH, 'quorate-bot-'));
  const state = place?.state ?? join(folder, 'state');
  const queue = join(folder, 'queue');
  mkdirSync(state, { recursive: true, mode: 0o700 });
  mkdirSync(queue, { mode: 0o700 });
  writeFileSync(join(queue, 'bot.sock.secret'), 's'.repeat(40), { mode: 0o600 });
  const config = join(folder, 'quorate.yaml');
  const rooms = `bot: { state: ${state}, rules: two-person, console: demo }\n`;
  writeFileSync(config, `site: home\nqueue: { socket: ${queue}/bot.sock }\n${rooms}`);
  const close = (): void => rmSync(folder, { recursive: true, force: true });
  return { folder, state, config, ledger: join(state, 'ledger.sqlite'), close };
};

/** Starts `bot/main.ts` as a process whose console is a pipe. */
export const startBotProcess = (config: string) => {
  const env = { ...process.env, QUORATE_CONFIG: config, QUORATE_REDIS_URL: '' };
  const child = spawn(LAUNCHER, ['bot/main.ts'], { cwd: root, env });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, out, err }));
  return {
    /** Resolves with the exit code and everything that was said. */
    ended,
    /** Types a line and waits until something new on the screen matches. */
    ask: async (line: string, words: RegExp): Promise<void> => {
      const from = out.length;
      const end = Date.now() + PATIENCE;
      child.stdin.write(`${line}\n`);
      while (!words.test(out.slice(from))) {
        if (child.exitCode !== null || Date.now() > end)
          throw new Error(`no ${words} after ${line}; exit ${child.exitCode}\n${out.slice(from)}\n${err}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    /** Ends the input, as a pipe does. */
    endInput: () => child.stdin.end(),
    kill: () => child.kill('SIGKILL'),
  };
};
