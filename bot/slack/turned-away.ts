import { page } from '../cards/look.ts';
import { type Key, wordsOf } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import type { Dropped, Intent } from '../chat/intent.ts';
import type { Sender } from './sender.ts';

type Why = Dropped['dropped'];

/** What whoever is turned away is told; nothing where it was no person, or was not meant for us. */
const SAID: { readonly [W in Why]?: Key } = {
  guest: 'turned-away.guest',
  foreign: 'turned-away.foreign',
  unverified: 'turned-away.unverified',
  'chat-not-allowed': 'turned-away.chat',
  'vote-by-text': 'turned-away.vote',
};

export const turnedAwayCard = (locale: string, why: Why, pressed: boolean): Card | null => {
  const said = SAID[why] ?? (pressed ? 'turned-away.press' : undefined);
  if (said === undefined) return null;
  return page('bad', wordsOf(locale).say(said), []);
};

/** The sender as an intent, so that it is answered the way every intent is. */
export const asIntent = ({ event, account, chat, reply, pressed }: Sender, at: number): Intent => ({
  event,
  account,
  place: { platform: account.platform, chat: chat ?? '', private: chat?.startsWith('D') === true },
  at,
  locale: null,
  does: pressed ? { what: 'press', token: '', message: '' } : { what: 'line', text: '', unseen: true },
  reply,
});
