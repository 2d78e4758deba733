import type { Update } from 'grammy/types';
import type { Notes, Sink } from '../chat/chat.ts';
import type { Dropped } from '../chat/intent.ts';
import { type Reader, readIntent } from './intent.ts';
import { readMissed } from './missed.ts';
import { readMove } from './moved.ts';

/** Where updates go: intents to the sink, what else is kept to the notes; `drop` hears of all that became no intent. */
export type Taking = {
  readonly sink: Sink;
  readonly notes: Notes;
  readonly reader: Reader;
  readonly drop: (update: Update, why: Dropped['dropped'], notes: Notes) => void;
};

/** Takes one update; resolves when what has to be kept of it is. */
export type Take = (update: Update) => Promise<void>;

/** How updates are taken. */
export const takeUpdates =
  ({ sink, notes, reader, drop }: Taking): Take =>
  async (update) => {
    const move = readMove(update);
    if (move && reader.allows(move.from)) return notes.moved(String(move.from), String(move.to));
    const intent = readIntent(update, reader);
    if (!('dropped' in intent)) return sink(intent);
    const missed = readMissed(update, reader.bot.id, intent.dropped);
    if (missed) notes.missed(missed);
    drop(update, intent.dropped, notes);
  };
