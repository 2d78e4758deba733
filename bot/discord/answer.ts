import { setTimeout as sleep } from 'node:timers/promises';
import { DiscordAPIError, InteractionResponseType, MessageFlags, Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { Card } from '../chat/card.ts';
import type { Sent } from '../chat/chat.ts';
import type { Intent } from '../chat/intent.ts';
import { type Attempt, type Call, codeOf, dropOldest, settle } from './call.ts';
import { PLATFORM, type Reply, readReply } from './intent.ts';
import { ANSWER_WITHIN, CODES, NOT_SENT } from './limits.ts';
import { messageOf } from './post.ts';
import { render } from './render.ts';

type Parts = {
  readonly call: Call;
  readonly log: Pick<Logger, 'warn'>;
  readonly now: () => number;
  /** Writes into the private chat with somebody. */
  readonly tell: (person: string, card: Card) => Promise<Sent>;
};

/** What Discord knows of an interaction: answered, promised an answer, taken by somebody before us, or it is too late. */
type First = 'answered' | 'promised' | 'taken' | 'late' | Sent;

const EPHEMERAL = { flags: MessageFlags.Ephemeral } as const;
const toldAt = (reply: Reply) => ({ platform: PLATFORM, chat: 'interaction', message: reply.id });
const privately = (card: Card) => {
  const drawn = render(card);
  return messageOf(drawn, { flags: drawn.body.flags | MessageFlags.Ephemeral });
};

const failedWith = (tried: Attempt<unknown>, code: number): boolean =>
  'failed' in tried && tried.failed instanceof DiscordAPIError && tried.failed.code === code;

/** Is it unknown whether it arrived? Discord takes a first answer once, so it may be sent again. */
const isLost = (tried: Attempt<unknown>): boolean => {
  const sent = settle(tried, () => ({ platform: PLATFORM, chat: '', message: '' }));
  return sent.sent === 'unknown' || ('failed' in tried && NOT_SENT.includes(codeOf(tried.failed)));
};

type FirstAnswer = { readonly body: object; readonly files?: ReturnType<typeof messageOf>['files'] };

/** Gives the first answer, again where that was lost and time is left. Whatever the clocks say, Discord knows what is too late. */
const first = async (
  { call, now }: Parts,
  reply: Reply,
  { body, files = [] }: FirstAnswer,
): Promise<'done' | 'taken' | 'late' | Sent> => {
  const begun = now();
  let lost = false;
  for (;;) {
    const tried = await call((rest) =>
      rest.post(Routes.interactionCallback(reply.id, reply.token), { auth: false, body, files }),
    );
    if ('result' in tried) return 'done';
    if (failedWith(tried, CODES.acknowledged)) return lost ? 'done' : 'taken';
    if (failedWith(tried, CODES.unknownInteraction)) return 'late';
    lost ||= !NOT_SENT.includes(codeOf(tried.failed));
    if (!isLost(tried) || now() - begun > ANSWER_WITHIN) return settle(tried, () => toldAt(reply));
    await sleep(100);
  }
};

/** What follows a first answer: it takes the place of a promised one, and stands beside a card that was pressed. */
const follow = async (call: Call, { does }: Intent, { app, token, id }: Reply, card: Card): Promise<Sent> => {
  const sent = await call((rest) =>
    does.what === 'line'
      ? rest.patch(Routes.webhookMessage(app, token), { auth: false, ...messageOf(render(card)) })
      : rest.post(Routes.webhook(app, token), { auth: false, ...privately(card) }),
  );
  return settle(sent, () => toldAt({ app, token, id }));
};

/** Interactions of which we remember what Discord knows; they can be answered for 15 minutes. */
const REMEMBERED = 1_000;

/**
 * Answers to interactions. Whoever comes first gives the first answer: usually the answer itself, else, when the event is
 * stored and the answer takes longer, the promise of one. What can be answered no more is written to the person instead.
 */
export const openAnswers = (parts: Parts) => {
  const { call, log } = parts;
  const known = new Map<string, Promise<First>>();
  const remember = (event: string, answer: Promise<First>): Promise<First> => {
    known.set(event, answer);
    dropOldest(known, REMEMBERED);
    return answer;
  };

  const answer = async (reply: Reply, card: Card): Promise<First> => {
    const { body, files } = privately(card);
    const type = InteractionResponseType.ChannelMessageWithSource;
    const given = await first(parts, reply, { body: { type, data: body }, files });
    return given === 'done' ? 'answered' : given;
  };

  const promise = async ({ does }: Intent, reply: Reply): Promise<First> => {
    const body =
      does.what === 'line'
        ? { type: InteractionResponseType.DeferredChannelMessageWithSource, data: EPHEMERAL }
        : { type: InteractionResponseType.DeferredMessageUpdate };
    const given = await first(parts, reply, { body });
    return given === 'done' ? 'promised' : given;
  };

  return {
    /** Tells the platform that an event is stored, unless its answer does so already. */
    stored: async (intent: Intent): Promise<void> => {
      const reply = readReply(intent.reply);
      if (reply === null || known.has(intent.event)) return;
      const given = await remember(intent.event, promise(intent, reply));
      if (given !== 'promised')
        log.warn({ event: intent.event, given }, 'discord interaction not acknowledged');
    },
    /** Answers what came to nothing; whether that arrives matters little. */
    turnAway: async (reply: Reply, card: Card): Promise<void> => void (await answer(reply, card)),
    whisper: async (intent: Intent, card: Card): Promise<Sent> => {
      const reply = readReply(intent.reply);
      if (reply === null) return parts.tell(intent.account.id, card);
      const before = known.get(intent.event);
      const given = await (before ?? remember(intent.event, answer(reply, card)));
      if (before === undefined && given === 'answered') return { sent: 'ok', ref: toldAt(reply) };
      if (typeof given === 'object') {
        // Nothing was answered, and whoever is asked to wait may try again.
        known.delete(intent.event);
        return given;
      }
      const sent = given === 'late' ? ({ sent: 'gone' } as const) : await follow(call, intent, reply, card);
      return sent.sent === 'gone' ? parts.tell(intent.account.id, card) : sent;
    },
  };
};
