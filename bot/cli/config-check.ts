import { outside } from '../cards/words.ts';
import { complaintsAbout, configPath } from '../config.ts';
import { misused, printComplaints, type ShellCommand, said } from './shell.ts';

/** `config check`: reads the configuration, the rules and the secrets, and says everything that is wrong. */
export const config: ShellCommand = {
  usage: 'config check',
  run: (shell, [verb]) => {
    if (verb !== 'check') return misused(shell, config.usage);
    const path = configPath(shell.env);
    if (path === null) {
      shell.complain(said(shell, 'cli.no-config'));
      return 1;
    }
    const complaints = complaintsAbout(path, shell.env);
    if (complaints.length > 0) return printComplaints(shell, path, complaints);
    shell.print(said(shell, 'cli.config-good', { file: outside(path) }));
    return 0;
  },
};
