import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { appendAudit } from '#db/audit/append';
import { handle, type InboundRow, receive, unhandled } from '#db/ledger/inbound';
import { moveChat } from '#db/ledger/moved-chats';
import { immediate } from '#db/open';
import { stepAside } from '#db/queue/backoff';
import { page } from './cards/look.ts';
import { wordsOf } from './cards/words.ts';
import type { Card } from './chat/card.ts';
import type { Chat, Sent, Sink } from './chat/chat.ts';
import type { Intent } from './chat/intent.ts';
import { keptForLater, keptWhenDone } from './codes.ts';
import { suggest } from './commands/suggest.ts';
import { dispatch } from './dispatch.ts';
import { droppedCard } from './dropped.ts';
import { recordMissed } from './missed.ts';
import type { Office } from './office.ts';
import { openReading } from './reading.ts';
import { openHints } from './unheard.ts';

type Parts = {
  readonly office: Office;
  readonly chat: Chat;
  readonly log: Logger;
  readonly moved: () => void;
};

type Serving = Parts & { readonly hint: ReturnType<typeof openHints> };

/** Writes down that an intent came to nothing; false where not even that can be written, and the intent stays for the next start. */
const recordBroken = ({ office: { ledger }, log }: Serving, { event, place }: Intent): boolean => {
  try {
    immediate(ledger.db, () => {
      if (!handle(ledger, place.platform, event)) return;
      const facts = { event };
      appendAudit(ledger.db, { kind: 'command.broken', actor: { system: 'bot' }, facts }, ledger.now());
    });
    return true;
  } catch (error) {
    log.error({ err: error, event }, 'an intent that could not be handled could not be recorded either');
    return false;
  }
};

/** Something of ours broke: it is logged, recorded where that still works, and the person is told; nothing half done stays. */
const broken = (serving: Serving, intent: Intent, error: unknown): Card => {
  serving.log.error({ err: error, event: intent.event }, 'an intent could not be handled');
  const said = recordBroken(serving, intent) ? 'refusal.broken' : 'refusal.broken-kept';
  return page('bad', wordsOf(serving.office.locale).say(said), []);
};

const answerOf = (serving: Serving, intent: Intent): Card | null => {
  try {
    return dispatch(serving.office, intent);
  } catch (error) {
    return broken(serving, intent, error);
  }
};

/**
 * Stores an event and does what it asks in one transaction, which is one wait for the disk; what breaks there is stored
 * alone and answered as broken. Null when it was here before. Throws where nothing can be stored.
 */
const takeIn = (serving: Serving, intent: Intent): Card | null => {
  const { office, chat } = serving;
  const store = (kept: string): boolean => receive(office.ledger, chat.platform, intent.event, kept);
  try {
    return immediate(office.ledger.db, () => (store(keptWhenDone(intent)) ? dispatch(office, intent) : null));
  } catch (error) {
    return store(keptForLater(intent)) ? broken(serving, intent, error) : null;
  }
};

/** An answer waits so often, and so long (ms), if the platform asks for it; whoever asked is gone after that. */
const PATIENCE = { times: 3, longest: 60_000 } as const;

const whisper = async ({ chat }: Serving, intent: Intent, answer: Card): Promise<Sent> => {
  for (let waited = 0; ; waited += 1) {
    const sent = await chat.whisper(intent, answer);
    if (sent.sent !== 'wait' || waited === PATIENCE.times || sent.ms > PATIENCE.longest) return sent;
    await sleep(sent.ms, undefined, { ref: false });
  }
};

const tell = async (serving: Serving, intent: Intent, answer: Card | null): Promise<void> => {
  if (answer === null) return;
  // What people agreed to begins before the one who pressed is told that it does.
  if (intent.does.what === 'press') await stepAside();
  const { chat, log, hint } = serving;
  const sent = await whisper(serving, intent, answer);
  if (sent.sent === 'ok') return;
  log.warn({ event: intent.event, sent: sent.sent }, 'an answer did not arrive');
  const card = hint(intent, sent);
  if (card) await chat.post(intent.place.chat, card);
};

// What `receive` stored a moment or a crash ago is the JSON of an Intent that this process type-checked.
const stored = (row: InboundRow): Intent => JSON.parse(row.intent) as Intent;

/**
 * Serves one chat: an event is stored before the platform is told, handled once, and answered privately. What is left
 * unhandled is handled first. `settled` resolves when every answer is out.
 */
export const serveChat = async (parts: Parts): Promise<{ settled(): Promise<void> }> => {
  const { office, chat, log } = parts;
  const serving = { ...parts, hint: openHints(office) };
  const open = new Set<Promise<void>>();
  const begin = (intent: Intent, answer: Card | null): void => {
    const work = tell(serving, intent, answer)
      .catch((error: unknown) =>
        log.error({ err: error, event: intent.event }, 'an answer could not be sent'),
      )
      .finally(() => open.delete(work));
    open.add(work);
  };
  for (const row of unhandled(office.ledger).filter(({ platform }) => platform === chat.platform)) {
    const intent = stored(row);
    begin(intent, answerOf(serving, intent));
    parts.moved();
  }
  const read = openReading(office, begin);
  const sink: Sink = async (intent) => {
    try {
      if (await read(intent)) return;
      const answer = takeIn(serving, intent);
      parts.moved();
      begin(intent, answer);
      // The answer goes out before the platform is asked for more.
      await stepAside();
    } catch (error) {
      log.error({ err: error, event: intent.event }, 'an event could not be stored');
      throw error;
    }
  };
  const { platform } = chat;
  await chat.start(sink, {
    missed: (missed) => recordMissed(office, missed),
    dropped: (to, why) => droppedCard(office, to, why),
    moved: (from, to) => moveChat(office.ledger, { platform, chat: from }, to),
    suggest: (filling) => suggest(office, filling),
  });
  return { settled: async () => void (await Promise.all(open)) };
};
