import type { Logger } from 'pino';
import type { Place } from '#db/ledger/copies';
import type { Ledger } from '#db/ledger/ledger';
import { homeOf } from '#db/ledger/moved-chats';
import type { Chat } from './chat/chat.ts';
import type { Checked } from './chat/check.ts';
import type { ShellCommand } from './cli/shell.ts';
import type { BotSettings } from './config.ts';
import { PLATFORM as SLACK } from './slack/intent.ts';
import { slack as slackCommand } from './slack/shell.ts';
import { PLATFORM as TELEGRAM } from './telegram/intent.ts';

/** A platform that is configured: its chat, and the chats there that get the card of every change. */
export type Connected = { readonly chat: Chat; readonly watching: readonly Place[] };

type Ground = { readonly ledger: Ledger; readonly log: Logger };

/** Null where the platform is not configured; its client is loaded only where it is. */
type Connect = (settings: BotSettings, ground: Ground) => Promise<Connected | null>;

const telegram: Connect = async ({ telegram: parts }, { ledger, log }) => {
  if (!parts) return null;
  const { connectTelegram } = await import('./telegram/telegram.ts');
  const home = (chat: string): string => homeOf(ledger, { platform: TELEGRAM, chat });
  return {
    chat: connectTelegram({ ...parts, home, now: ledger.now, log }),
    watching: parts.chats.map((chat) => ({ platform: TELEGRAM, chat })),
  };
};

const slack: Connect = async ({ slack: parts }, { ledger, log }) => {
  if (!parts) return null;
  const { connectSlack } = await import('./slack/slack.ts');
  return {
    chat: connectSlack({ ...parts, now: ledger.now, log }),
    watching: parts.channels.map((chat) => ({ platform: SLACK, chat })),
  };
};

const PLATFORMS: readonly Connect[] = [telegram, slack];

/** Every platform that is configured, connected to nothing yet. */
export const connectPlatforms = async (
  settings: BotSettings,
  ground: Ground,
): Promise<readonly Connected[]> => {
  const all = await Promise.all(PLATFORMS.map((connect) => connect(settings, ground)));
  return all.filter((one) => one !== null);
};

/** Looks at one platform before it is used; nothing where it is not configured. */
type Check = (settings: BotSettings) => Promise<readonly Checked[]>;

const CHECKS: readonly Check[] = [
  async ({ telegram: parts }) => (parts ? (await import('./telegram/check.ts')).checkTelegram(parts) : []),
  async ({ slack: parts }) => (parts ? (await import('./slack/check.ts')).checkSlack(parts) : []),
];

/** Looks at every platform that is configured, side by side. */
export const checkPlatforms = async (settings: BotSettings): Promise<readonly Checked[]> =>
  (await Promise.all(CHECKS.map((check) => check(settings)))).flat();

/** Commands of the shell that are about one platform alone. */
export const PLATFORM_COMMANDS: { readonly [name: string]: ShellCommand } = { slack: slackCommand };
