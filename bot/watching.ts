import type { Place } from '#db/ledger/copies';
import { homeOf } from '#db/ledger/moved-chats';
import type { Office } from './office.ts';

/** The chats that get everything, where they are now. */
export const watchingNow = ({ ledger, watching }: Pick<Office, 'ledger' | 'watching'>): readonly Place[] =>
  watching.map((place) => ({ ...place, chat: homeOf(ledger, place) }));
