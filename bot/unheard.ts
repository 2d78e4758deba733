import { personOf } from '#db/ledger/people';
import { accountKey } from '#policies/person';
import { page } from './cards/look.ts';
import { outside, wordsOf } from './cards/words.ts';
import type { Card } from './chat/card.ts';
import type { Sent } from './chat/chat.ts';
import type { Intent } from './chat/intent.ts';
import type { Office } from './office.ts';

/** A chat reads at most one such hint for an account in so long (ms). */
export const HINT_EVERY = 60_000;

const hintCard = ({ ledger, locale }: Office, { account }: Intent): Card => {
  const words = wordsOf(locale);
  const person = personOf(ledger, account);
  const lead = person
    ? words.say('unheard.person', { who: outside(person.name) })
    : words.say('unheard.stranger');
  return page('neutral', lead, []);
};

/**
 * For somebody who typed in a group and cannot be answered, because they have no private chat with us: a card for the
 * group that says what to do, without the answer; null where none is due.
 */
export const openHints = (office: Office): ((intent: Intent, sent: Sent) => Card | null) => {
  const given = new Map<string, number>();
  return (intent, { sent }) => {
    const { place, does, account } = intent;
    if (place.private || does.what !== 'line' || (sent !== 'refused' && sent !== 'gone')) return null;
    const now = office.ledger.now();
    for (const [key, at] of given) if (now - at >= HINT_EVERY) given.delete(key);
    const key = `${accountKey(account)} ${place.chat}`;
    if (given.has(key)) return null;
    given.set(key, now);
    return hintCard(office, intent);
  };
};
