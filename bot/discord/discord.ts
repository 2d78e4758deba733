import { Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { Card } from '../chat/card.ts';
import type { Chat, Notes, Sent, Sink } from '../chat/chat.ts';
import { openAnswers } from './answer.ts';
import { openBudget } from './budget.ts';
import { type Access, type Call, openCall, settle } from './call.ts';
import { openGateway, type Self } from './gateway.ts';
import { homeOf, PLATFORM, type Reader, refTo } from './intent.ts';
import { takeInteraction } from './interactions.ts';
import { IDENTIFY, LIMITS } from './limits.ts';
import { openMenu } from './menu.ts';
import { edit, post } from './post.ts';

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
const openPrivateChats = (call: Call) => {
  const known = new Map<string, string>();
  return async (person: string, card: Card): Promise<Sent> => {
    const open = known.get(person);
    if (open !== undefined) return post(call, open, { card });
    const made = await call<{ id: string }>((rest) =>
      rest.post(Routes.userChannels(), { body: { recipient_id: person } }),
    );
    if (!('result' in made)) return settle(made, () => refTo('', ''));
    known.set(person, made.result.id);
    const [oldest] = known.keys();
    if (known.size > 1_000 && oldest !== undefined) known.delete(oldest);
    return post(call, made.result.id, { card });
  };
};

/** Discord by its gateway: events come over a socket that we open, and nothing of ours is to be reached from outside. */
export const connectDiscord = (parts: DiscordParts): Chat => {
  const { guild, channels, now, log, lineOf, identifyEvery: every = IDENTIFY.every } = parts;
  const call = openCall(parts);
  const tell = openPrivateChats(call);
  const answers = openAnswers({ call, log, now, tell });
  const entered = Promise.withResolvers<Self>();
  const menu = openMenu({ call, log, guild, application: entered.promise.then((self) => self.application) });
  const listening: { heard: (raw: unknown) => void } = { heard: () => {} };
  const budget = openBudget({ now, log, every });
  const gateway = openGateway({ ...parts, budget, heard: (raw) => listening.heard(raw) });
  return {
    platform: PLATFORM,
    limits: LIMITS,
    start: async (sink: Sink, notes: Notes) => {
      const early: unknown[] = [];
      listening.heard = (raw) => void early.push(raw);
      const self = await gateway.start();
      entered.resolve(self);
      const reader = { bot: self.bot, guild, channels, lineOf };
      listening.heard = takeInteraction({ sink, notes, reader, answers, call, log });
      for (const raw of early) listening.heard(raw);
    },
    menu: (rows, locale) => menu(new Map([[locale, rows]])),
    serves: (place) => channels.includes(homeOf(place)),
    post: (place, card, once) => post(call, place, { card, once }),
    edit: (ref, card) => edit(call, ref, card),
    tell: ({ id }, card) => tell(id, card),
    whisper: answers.whisper,
    stop: gateway.stop,
  };
};
