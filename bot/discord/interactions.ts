import { InteractionResponseType, Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { Notes, Sink } from '../chat/chat.ts';
import { countDrops } from '../chat/count-drops.ts';
import type { openAnswers } from './answer.ts';
import { type Call, why } from './call.ts';
import { readFilling } from './filling.ts';
import { type Reader, readIntent } from './intent.ts';
import { COMMANDS } from './limits.ts';
import { readMissed } from './missed.ts';
import { readTold } from './told.ts';

/** Where interactions go: intents to the sink, and who misses or fills something to the notes. */
type Taking = {
  readonly sink: Sink;
  readonly notes: Notes;
  readonly reader: Reader;
  readonly answers: ReturnType<typeof openAnswers>;
  readonly call: Call;
  readonly log: Pick<Logger, 'warn'>;
};

/**
 * Takes what is heard. Each is stored by the sink before Discord is told; where it cannot be stored Discord tells the person
 * by itself that nothing answered, and nothing was done. What is stored too late for an answer is done all the same.
 */
export const openTaking = (parts: Taking) => {
  const taking = { ...parts, counted: countDrops() };
  const open = new Set<Promise<void>>();
  return {
    heard: (raw: unknown): void => {
      const work = take(taking, raw)
        .catch((error: unknown) => taking.log.warn({ why: why(error) }, 'discord interaction not taken'))
        .finally(() => open.delete(work));
      open.add(work);
    },
    /** Resolves when all that was heard is stored and acknowledged. */
    settled: async (): Promise<void> => void (await Promise.all(open)),
  };
};

type Counting = Taking & { readonly counted: ReturnType<typeof countDrops> };

const take = async (taking: Counting, raw: unknown): Promise<void> => {
  const { sink, notes, reader, answers, log, counted } = taking;
  const filling = readFilling(raw, reader);
  if (filling !== null) return complete(taking, filling);
  const intent = readIntent(raw, reader);
  if (!('dropped' in intent)) {
    await sink(intent);
    return answers.stored(intent);
  }
  const missed = readMissed(raw, intent.dropped);
  if (missed) notes.missed(missed);
  log.warn(
    { why: intent.dropped, chat: missed?.chat, count: counted(intent.dropped) },
    'discord interaction dropped',
  );
  const told = readTold(raw);
  if (told) await answers.turnAway(told.reply, notes.dropped(told, intent.dropped));
};

/** Answers somebody who is typing. What comes late is of no use, so nothing is tried twice. */
const complete = async (
  { notes, call }: Taking,
  { filling, reply }: NonNullable<ReturnType<typeof readFilling>>,
): Promise<void> => {
  const choices = (notes.suggest?.(filling) ?? [])
    .filter(({ value }) => value.length <= COMMANDS.choice)
    .slice(0, COMMANDS.choices)
    .map(({ label, value }) => ({ name: label.slice(0, COMMANDS.choice), value }));
  const body = { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } };
  await call((rest) => rest.post(Routes.interactionCallback(reply.id, reply.token), { auth: false, body }));
};
