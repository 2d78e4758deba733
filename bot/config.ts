import type { Meeting } from '#db/config/meeting';
import { type Complaint, readConfig } from '#db/config/read-config';
import { type Environment, readSecret } from '#db/config/secret';
import type { PinnedKeys } from '#db/ledger/worker-keys';
import { type SeeingChat, seeingChats } from '#policies/chats';
import { Config } from '#policies/config';
import { no, ok, type Result } from '#policies/result';
import type { DiscordParts } from './discord/discord.ts';
import { readRules } from './rules-file.ts';
import type { SlackParts } from './slack/slack.ts';
import type { TelegramParts } from './telegram/telegram.ts';
import { readWorkerKeys } from './worker-keys.ts';

/** The one place of this room where the environment is read. */
export const environment = (): Environment => process.env;

/** The bot's part of the configuration with its secrets read. */
export type BotSettings = {
  readonly site: string;
  readonly state: string;
  /** Where the rules are: a preset's name or a path. */
  readonly rules: string;
  readonly locale: string;
  /** The terminal as a chat where people are named. */
  readonly console: boolean;
  /** Where a worker in another process is met; null when it is in this one. */
  readonly meeting: Meeting | null;
  /** Whose reports are believed when they come from another process. */
  readonly workerKeys: PinnedKeys;
  readonly telegram:
    | (Pick<TelegramParts, 'token' | 'perMinute' | 'apiRoot'> & { readonly chats: readonly SeeingChat[] })
    | null;
  readonly discord:
    | (Pick<DiscordParts, 'token' | 'guild' | 'api'> & { readonly chats: readonly SeeingChat[] })
    | null;
  readonly slack:
    | (Pick<SlackParts, 'botToken' | 'appToken' | 'command' | 'perMinute' | 'api'> & {
        readonly chats: readonly SeeingChat[];
      })
    | null;
};

/** Path of the configuration, or null where nothing is configured: then it is the demo. */
export const configPath = (env: Environment): string | null => env.QUORATE_CONFIG?.trim() || null;

/** Redis of the environment goes before what the file says, so that one file serves both ways. */
const meetingOf = (config: Config, env: Environment): Meeting | null => {
  const redis = env.QUORATE_REDIS_URL?.trim();
  return redis ? { redis } : (config.queue ?? null);
};

const telegramOf = (
  { bot, site }: Config,
  env: Environment,
): Result<BotSettings['telegram'], Complaint[]> => {
  if (!bot?.telegram) return ok(null);
  const token = readSecret(bot.telegram.token, env);
  if (!token.ok) return no([{ at: 'bot.telegram.token', line: null, expected: token.error }]);
  const { api, per_minute: perMinute } = bot.telegram;
  return ok({
    token: token.value,
    chats: seeingChats(bot.telegram.chats, site),
    perMinute,
    ...(api === undefined ? {} : { apiRoot: api.replace(/\/$/, '') }),
  });
};

const discordOf = ({ bot, site }: Config, env: Environment): Result<BotSettings['discord'], Complaint[]> => {
  if (!bot?.discord) return ok(null);
  const token = readSecret(bot.discord.token, env);
  if (!token.ok) return no([{ at: 'bot.discord.token', line: null, expected: token.error }]);
  const { guild, channels, api } = bot.discord;
  return ok({
    token: token.value,
    guild,
    chats: seeingChats(channels, site),
    ...(api === undefined ? {} : { api: api.replace(/\/$/, '') }),
  });
};

const slackOf = ({ bot, site }: Config, env: Environment): Result<BotSettings['slack'], Complaint[]> => {
  if (!bot?.slack) return ok(null);
  const { bot_token: asBot, app_token: asApp, channels, command, api, per_minute: perMinute } = bot.slack;
  const [botToken, appToken] = [readSecret(asBot, env), readSecret(asApp, env)];
  if (!botToken.ok || !appToken.ok)
    return no(
      Object.entries({ bot_token: botToken, app_token: appToken }).flatMap(([name, read]) =>
        read.ok ? [] : [{ at: `bot.slack.${name}`, line: null, expected: read.error }],
      ),
    );
  const more = api === undefined ? {} : { api: api.replace(/\/$/, '') };
  return ok({
    botToken: botToken.value,
    appToken: appToken.value,
    chats: seeingChats(channels, site),
    command,
    perMinute,
    ...more,
  });
};

const rulesComplaints = (source: string): Complaint[] => {
  const rules = readRules(source);
  if (rules.ok) return [];
  return rules.error.map((one) => ({ ...one, at: [source, one.at].filter(Boolean).join(': ') }));
};

/** Everything that is wrong with the configuration and all it points to, the rules among it. */
export const complaintsAbout = (path: string, env: Environment): Complaint[] => {
  const config = readConfig(path, Config);
  const settings = loadBotSettings(path, env);
  const rules = config.ok && config.value.bot ? rulesComplaints(config.value.bot.rules) : [];
  return [...rules, ...(settings.ok ? [] : settings.error)];
};

/** Reads the configuration and everything it points to but the rules, which may come later; every complaint at once. */
export const loadBotSettings = (path: string, env: Environment): Result<BotSettings, Complaint[]> => {
  const config = readConfig(path, Config);
  if (!config.ok) return config;
  const { bot, site } = config.value;
  if (!bot) return no([{ at: 'bot', line: null, expected: 'a section for the bot' }]);
  const telegram = telegramOf(config.value, env);
  const discord = discordOf(config.value, env);
  const slack = slackOf(config.value, env);
  const workerKeys = readWorkerKeys(config.value);
  if (!telegram.ok || !discord.ok || !slack.ok || !workerKeys.ok)
    return no([telegram, discord, slack, workerKeys].flatMap((read) => (read.ok ? [] : read.error)));
  return ok({
    site,
    state: bot.state,
    rules: bot.rules,
    locale: bot.locale,
    console: bot.console === 'demo',
    meeting: meetingOf(config.value, env),
    workerKeys: workerKeys.value,
    telegram: telegram.value,
    discord: discord.value,
    slack: slack.value,
  });
};
