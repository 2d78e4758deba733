import { outside } from '../cards/words.ts';
import { configPath } from '../config.ts';
import { readRules } from '../rules-file.ts';
import { misused, printComplaints, type ShellCommand, said } from './shell.ts';
import { withSettings } from './with-ledger.ts';

/** `config check`: reads the configuration, the rules and the secrets, and says everything that is wrong. */
export const config: ShellCommand = {
  usage: 'config check',
  run: (shell, [verb]) => {
    if (verb !== 'check') return misused(shell, config.usage);
    return withSettings(shell, ({ rules }) => {
      const read = readRules(rules);
      if (!read.ok) return printComplaints(shell, rules, read.error);
      shell.print(said(shell, 'cli.config-good', { file: outside(configPath(shell.env) ?? '') }));
      return 0;
    });
  },
};
