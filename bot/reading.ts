import { handle, receive } from '#db/ledger/inbound';
import { immediate } from '#db/open';
import { stepAside } from '#db/queue/backoff';
import type { Card } from './chat/card.ts';
import type { Intent } from './chat/intent.ts';
import { keptWhenDone } from './codes.ts';
import { lookUp } from './dispatch.ts';
import type { Office } from './office.ts';

/** Answers what only reads and stores it; false for all else, which was not touched. Throws where it could not be stored. */
type Reading = (intent: Intent) => Promise<boolean>;

const cardFor = (office: Office, intent: Intent): Card | null => {
  try {
    return lookUp(office, intent);
  } catch {
    // It breaks once more on the road of everything else, where that is told and put on record.
    return null;
  }
};

const store = ({ ledger }: Office, intent: Intent): void =>
  immediate(ledger.db, () => {
    const { place, event } = intent;
    if (receive(ledger, place.platform, event, keptWhenDone(intent))) handle(ledger, place.platform, event);
  });

/**
 * Nobody waits for the disk to be shown what is there: the answer goes out first and the event is stored before the platform
 * is told, as all are. A crash in between costs a second answer, never one; a disk that takes nothing costs none.
 */
export const openReading = (office: Office, answer: (intent: Intent, card: Card) => void): Reading => {
  const answered = new Set<string>();
  return async (intent) => {
    const { event } = intent;
    if (!answered.has(event)) {
      const card = cardFor(office, intent);
      if (card === null) return false;
      answered.add(event);
      answer(intent, card);
      await stepAside();
    }
    store(office, intent);
    answered.delete(event);
    return true;
  };
};
