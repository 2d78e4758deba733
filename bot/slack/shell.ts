import { readConfig } from '#db/config/read-config';
import { Config } from '#policies/config';
import { misused, type Shell, type ShellCommand, said } from '../cli/shell.ts';
import { configPath } from '../config.ts';
import { manifestText } from './manifest.ts';

/** The command of the configuration where there is one that can be read; the manifest is needed before any token is. */
const configured = ({ env }: Shell): string | undefined => {
  const path = configPath(env);
  if (path === null) return undefined;
  const config = readConfig(path, Config);
  return config.ok ? config.value.bot?.slack?.command : undefined;
};

/** `slack manifest`: prints what Slack makes the app from. */
export const slack: ShellCommand = {
  usage: 'slack manifest',
  run: (shell, [verb]) => {
    if (verb !== 'manifest') return misused(shell, slack.usage);
    const naming = { description: said(shell, 'cli.manifest-about'), hint: said(shell, 'cli.manifest-hint') };
    shell.print(manifestText({ command: configured(shell) ?? '/pve', ...naming }).trimEnd());
    return 0;
  },
};
