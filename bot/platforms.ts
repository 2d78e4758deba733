import type { Logger } from 'pino';
import type { Ledger } from '#db/ledger/ledger';
import { homeOf } from '#db/ledger/moved-chats';
import type { SeeingChat } from '#policies/chats';
import type { Chat } from './chat/chat.ts';
import type { Checked } from './chat/check.ts';
import type { ShellCommand } from './cli/shell.ts';
import { typedLine } from './commands/typed-line.ts';
import type { BotSettings } from './config.ts';
import { PLATFORM as DISCORD } from './discord/intent.ts';
import { PLATFORM as SLACK } from './slack/intent.ts';
import { slack as slackCommand } from './slack/shell.ts';
import { PLATFORM as TELEGRAM } from './telegram/intent.ts';
import type { Watching } from './watching.ts';

/** A platform that is configured: its chat, and the chats there that get the card of every change they may see. */
export type Connected = { readonly chat: Chat; readonly watching: readonly Watching[] };

type Ground = { readonly ledger: Ledger; readonly log: Logger };

/** A platform as its section of the configuration describes it; its client is loaded only where there is one. */
type Section = { readonly chats: readonly SeeingChat[] };
type Ids<S extends Section> = Omit<S, 'chats'> & { readonly chats: readonly string[] };
type Row<S extends Section> = {
  readonly platform: string;
  readonly section: (settings: BotSettings) => S | null;
  readonly connect: (parts: Ids<S>, ground: Ground) => Promise<Chat>;
  readonly check: (parts: Ids<S>) => Promise<readonly Checked[]>;
};

type Platform = {
  /** Null where it is not configured. */
  readonly connect: (settings: BotSettings, ground: Ground) => Promise<Connected | null>;
  /** Looks at it before it is used; nothing where it is not configured. */
  readonly check: (settings: BotSettings) => Promise<readonly Checked[]>;
};

const row = <S extends Section>({ platform, section, connect, check }: Row<S>): Platform => {
  const named = (parts: S): Ids<S> => ({ ...parts, chats: parts.chats.map(({ chat }) => chat) });
  return {
    connect: async (settings, ground) => {
      const parts = section(settings);
      if (!parts) return null;
      const watching = parts.chats.map((seeing) => ({ platform, ...seeing }));
      return { chat: await connect(named(parts), ground), watching };
    },
    check: async (settings) => {
      const parts = section(settings);
      return parts ? check(named(parts)) : [];
    },
  };
};

const PLATFORMS: readonly Platform[] = [
  row({
    platform: TELEGRAM,
    section: ({ telegram }) => telegram,
    connect: async (parts, { ledger, log }) => {
      const { connectTelegram } = await import('./telegram/telegram.ts');
      const home = (chat: string): string => homeOf(ledger, { platform: TELEGRAM, chat });
      return connectTelegram({ ...parts, home, now: ledger.now, log });
    },
    check: async (parts) => (await import('./telegram/check.ts')).checkTelegram(parts),
  }),
  row({
    platform: DISCORD,
    section: ({ discord }) => discord,
    connect: async ({ chats: channels, ...parts }, { ledger, log }) => {
      const { connectDiscord } = await import('./discord/discord.ts');
      return connectDiscord({ ...parts, channels, lineOf: typedLine, now: ledger.now, log });
    },
    check: async ({ chats: channels, ...parts }) =>
      (await import('./discord/check.ts')).checkDiscord({ ...parts, channels }),
  }),
  row({
    platform: SLACK,
    section: ({ slack }) => slack,
    connect: async ({ chats: channels, ...parts }, { ledger, log }) => {
      const { connectSlack } = await import('./slack/slack.ts');
      return connectSlack({ ...parts, channels, now: ledger.now, log });
    },
    check: async ({ chats: channels, ...parts }) =>
      (await import('./slack/check.ts')).checkSlack({ ...parts, channels }),
  }),
];

/** Every platform that is configured, connected to nothing yet. */
export const connectPlatforms = async (
  settings: BotSettings,
  ground: Ground,
): Promise<readonly Connected[]> => {
  const all = await Promise.all(PLATFORMS.map(({ connect }) => connect(settings, ground)));
  return all.filter((one) => one !== null);
};

/** Looks at every platform that is configured, side by side. */
export const checkPlatforms = async (settings: BotSettings): Promise<readonly Checked[]> =>
  (await Promise.all(PLATFORMS.map(({ check }) => check(settings)))).flat();

/** Commands of the shell that are about one platform alone. */
export const PLATFORM_COMMANDS: { readonly [name: string]: ShellCommand } = { slack: slackCommand };
