import type { Logger } from 'pino';
import type { Notes } from '../chat/chat.ts';
import { countDrops } from '../chat/count-drops.ts';
import type { Dropped, Intent } from '../chat/intent.ts';
import { isDirect, type Reader } from './intent.ts';
import { DROPPED_EVERY } from './limits.ts';
import { type Line, whisper } from './send.ts';
import { readSender, type Sender } from './sender.ts';

type Why = Dropped['dropped'];

/** Messages for which a person is told why they came to nothing; the others were not meant for us, or written by no person. */
const WORTH_A_WORD: readonly Why[] = ['guest', 'foreign', 'unverified', 'chat-not-allowed', 'vote-by-text'];

type Dropping = {
  readonly line: Line;
  readonly reader: Reader;
  readonly notes: Notes;
  readonly log: Pick<Logger, 'warn'>;
};

/** What stands in the log as a channel: the form of an id, for a payload that is none of Slack's may hold anything there. */
const ID = /^[A-Z0-9]{1,32}$/;

const channelIn = (sender: Sender | null | undefined): string | null => {
  const chat = sender?.chat ?? '';
  return ID.test(chat) ? chat : null;
};

/**
 * One line in the log with its number, a press on record, and a private word where one can be said: an interaction is always
 * answered, whoever wrote a message is told now and then. Nobody else's event waits for that.
 */
export const openDropping = ({ line, reader, notes, log }: Dropping): ((raw: unknown, why: Why) => void) => {
  const counted = countDrops();
  const isDue = openTelling(reader.now);
  return (raw, why) => {
    const sender = readSender(raw, reader);
    log.warn({ why, chat: channelIn(sender), count: counted(why) }, 'slack event dropped');
    if (!sender) return;
    const { event, account, chat, did } = sender;
    if (isTheirs(did, why)) notes.missed({ event, account, chat, why, did });
    if (!isDue(sender, why)) return;
    void whisper(line, asIntent(sender, reader.now()), notes.dropped({ account, locale: null }, why)).then(
      ({ sent }) => {
        if (sent !== 'ok') log.warn({ why, sent }, 'slack could not tell whose event was dropped');
      },
    );
  };
};

/** Whoever presses is known; a message that a bot wrote, or nobody can understand, is not the doing of the person it names. */
const isTheirs = ({ what }: Sender['did'], why: Why): boolean =>
  what === 'press' || !['bot', 'malformed', 'other-bot', 'not-a-command'].includes(why);

/** Is it time to tell this person? */
const openTelling = (now: () => number): ((sender: Sender, why: Why) => boolean) => {
  const last = new Map<string, number>();
  return ({ account, reply }, why) => {
    if (reply !== '') return true;
    for (const [key, at] of last) if (now() - at >= DROPPED_EVERY) last.delete(key);
    const key = `${account.id} ${why}`;
    if (!WORTH_A_WORD.includes(why) || last.has(key)) return false;
    last.set(key, now());
    return true;
  };
};

/** The sender as an intent, so that they are answered the way every intent is. */
const asIntent = ({ event, account, chat, reply, did }: Sender, at: number): Intent => ({
  event,
  account,
  place: { platform: account.platform, chat: chat ?? '', private: chat !== null && isDirect(chat) },
  at,
  locale: null,
  does:
    did.what === 'press'
      ? { what: 'press', token: '', message: '' }
      : { what: 'line', text: '', unseen: true },
  reply,
});
