import type { Place } from '#db/ledger/copies';
import { homeOf } from '#db/ledger/moved-chats';
import type { Scope } from '#policies/scope';
import type { Office } from './office.ts';

/** A chat of the configuration: it gets the card of every change, and every notice, that is within what it `sees`. */
export type Watching = Place & { readonly sees: Scope };

/** The chats of the configuration, where they are now. */
export const watchingNow = ({ ledger, watching }: Pick<Office, 'ledger' | 'watching'>): readonly Watching[] =>
  watching.map((place) => ({ ...place, chat: homeOf(ledger, place) }));
