import { personOf } from '#db/ledger/people';
import { page } from './cards/look.ts';
import { wordsOf } from './cards/words.ts';
import type { Card } from './chat/card.ts';
import type { Dropped, Intent } from './chat/intent.ts';
import type { Office } from './office.ts';

/** Why what somebody did came to nothing, in their language. */
export const droppedCard = (
  office: Office,
  { account, locale }: Pick<Intent, 'account' | 'locale'>,
  why: Dropped['dropped'],
): Card => {
  const words = wordsOf(personOf(office.ledger, account)?.locale || locale || office.locale);
  return page('bad', words.say(`dropped.${why}`), []);
};
