import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordsOf } from '#bot/cards/words';
import { runShell } from '#bot/cli/quorate';
import type { Shell } from '#bot/cli/shell';
import { LAUNCHER } from '#test/fixture/launcher';
import { SCRATCH } from '#test/fixture/scratch';

const root = join(import.meta.dirname, '../../..');

/** What a command said and how it ended. */
export type Ended = { readonly out: string; readonly err: string; readonly code: number | null };

/** A machine where Quorate is configured, for its shell: a folder with quorate.yaml in it. */
export const openShell = (yaml = '') => {
  const folder = mkdtempSync(join(SCRATCH, 'quorate-cli-'));
  const path = join(folder, 'quorate.yaml');
  const state = join(folder, 'state');
  const good = `site: home\nbot:\n  state: ${state}\n  rules: two-person\n`;
  const write = (text: string): void => writeFileSync(path, text);
  write(yaml === '' ? good : yaml);
  return {
    folder,
    state,
    path,
    good,
    write,
    ledger: join(state, 'ledger.sqlite'),
    /** Puts a file beside the configuration; gives its path. */
    put: (name: string, text: string, mode = 0o600): string => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), text, { mode });
      return join(folder, name);
    },
    /** Runs `quorate ...args` in this process, many times faster than in one of its own. */
    run: async (args: readonly string[], env: { readonly [name: string]: string } = {}): Promise<Ended> => {
      const said = { out: '', err: '' };
      const shell: Shell = {
        words: wordsOf('en'),
        env: { ...process.env, QUORATE_CONFIG: path, ...env },
        user: 'test',
        now: Date.now,
        print: (text) => void (said.out += `${text}\n`),
        complain: (text) => void (said.err += `${text}\n`),
      };
      return { code: await runShell(shell, args), ...said };
    },
    /** Runs `quorate ...args` as people do, as a process of its own. */
    runAlone: (args: readonly string[], env: { readonly [name: string]: string } = {}): Ended => {
      const { stdout, stderr, status } = spawnSync(LAUNCHER, ['bot/cli/quorate.ts', ...args], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, QUORATE_CONFIG: path, NODE_TEST_CONTEXT: '', ...env },
      });
      return { out: stdout, err: stderr, code: status };
    },
    close: (): void => rmSync(folder, { recursive: true, force: true }),
  };
};
