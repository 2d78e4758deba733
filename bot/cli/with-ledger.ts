import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Ledger, systemRandom } from '#db/ledger/ledger';
import { openDatabase } from '#db/open';
import { type BotSettings, configPath, loadBotSettings } from '../config.ts';
import { printComplaints, type Shell, said } from './shell.ts';

/** Reads the configuration and hands on its settings; 1 where it is not good. */
export const withSettings = <T>(shell: Shell, use: (settings: BotSettings) => T): T | number => {
  const path = configPath(shell.env);
  if (path === null) {
    shell.complain(said(shell, 'cli.no-config'));
    return 1;
  }
  const settings = loadBotSettings(path, shell.env);
  return settings.ok ? use(settings.value) : printComplaints(shell, path, settings.error);
};

/** The state directory, made where it is not there yet: people may be added before the bot's first start. */
export const stateFolder = ({ state }: Pick<BotSettings, 'state'>): string => {
  mkdirSync(state, { recursive: true, mode: 0o700 });
  return state;
};

/** The file of the bot's memory below its state directory. */
export const ledgerPath = (state: string): string => join(state, 'ledger.sqlite');

/** Opens the configured ledger for one command and closes it again. */
export const withLedger = (shell: Shell, use: (ledger: Ledger, settings: BotSettings) => number): number =>
  withSettings(shell, (settings) => {
    const { now } = shell;
    const db = openDatabase({ path: ledgerPath(stateFolder(settings)), migrations: 'ledger', now });
    try {
      return use({ db, now, random: systemRandom }, settings);
    } finally {
      db.close();
    }
  });
