import { Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { Card } from '../chat/card.ts';
import type { Chat, Notes, Sent, Sink } from '../chat/chat.ts';
import { containRejections } from '../chat/contain.ts';
import { openReach } from '../chat/reach.ts';
import { openAnswers } from './answer.ts';
import { openBudget } from './budget.ts';
import { type Access, dropOldest, openCall, settle } from './call.ts';
import { openGateway, type Self } from './gateway.ts';
import { homeOf, PLATFORM, type Reader, refTo } from './intent.ts';
import { openTaking } from './interactions.ts';
import { IDENTIFY, LIMITS } from './limits.ts';
import { openMenu } from './menu.ts';
import { edit, type Line, post } from './post.ts';

export type DiscordParts = Access & {
  /** The server, by id, and the channels there that commands may come from. */
  readonly guild: string;
  readonly channels: readonly string[];
  /** What a command with values in its fields is as a typed line. */
  readonly lineOf: Reader['lineOf'];
  readonly now: () => number;
  readonly log: Pick<Logger, 'warn' | 'error'>;
  /** Least time between two logins by the gateway (ms). */
  readonly identifyEvery?: number;
};

/** Channels with people, by person: found once in the life of a process. The last thousand. */
const openPrivateChats = (line: Line) => {
  const { call } = line;
  const known = new Map<string, string>();
  return async (person: string, card: Card): Promise<Sent> => {
    const open = known.get(person);
    if (open !== undefined) return post(line, open, { card });
    const made = await call<{ id: string }>((rest) =>
      rest.post(Routes.userChannels(), { body: { recipient_id: person } }),
    );
    if (!('result' in made)) return settle(made, () => refTo('', ''));
    known.set(person, made.result.id);
    dropOldest(known, 1_000);
    return post(line, made.result.id, { card });
  };
};

/** Did it come up in discord.js? It reads what it hears without looking, and breaks at what is not as it expects. */
const isFromLibrary = (error: unknown): boolean =>
  error instanceof Error && /node_modules\/(?:discord\.js|@discordjs)\//.test(error.stack ?? '');

/** Discord by its gateway: events come over a socket that we open, and nothing of ours is to be reached from outside. */
export const connectDiscord = (parts: DiscordParts): Chat => {
  const { guild, channels, now, log, lineOf, identifyEvery: every = IDENTIFY.every } = parts;
  const call = openCall(parts);
  const line: Line = { call, gone: new Map() };
  const tell = openPrivateChats(line);
  const answers = openAnswers({ call, log, now, tell });
  const entered = Promise.withResolvers<Self>();
  const menu = openMenu({ call, log, guild, application: entered.promise.then((self) => self.application) });
  const listening: Pick<ReturnType<typeof openTaking>, 'heard' | 'settled'> = {
    heard: () => {},
    settled: () => Promise.resolve(),
  };
  const reached = openReach(now);
  const budget = openBudget({ now, log, every });
  const gateway = openGateway({ ...parts, budget, reached, heard: (raw) => listening.heard(raw) });
  const letGo = containRejections({
    isOurs: isFromLibrary,
    told: (why) => log.error({ why }, 'discord library broke'),
  });
  return {
    platform: PLATFORM,
    limits: LIMITS,
    start: async (sink: Sink, notes: Notes) => {
      const early: unknown[] = [];
      listening.heard = (raw) => void early.push(raw);
      const self = await gateway.start();
      entered.resolve(self);
      const reader = { bot: self.bot, guild, channels, lineOf };
      Object.assign(listening, openTaking({ sink, notes, reader, answers, call, log }));
      for (const raw of early) listening.heard(raw);
    },
    down: reached.down,
    menu,
    serves: (place) => channels.includes(homeOf(place)),
    post: (place, card, once) => post(line, place, { card, once }),
    edit: (ref, card) => edit(line, ref, card),
    tell: ({ id }, card) => tell(id, card),
    whisper: answers.whisper,
    stop: async () => {
      await gateway.stop();
      await listening.settled();
      letGo();
    },
  };
};
