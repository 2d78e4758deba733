import type { Authority } from '#db/ledger/authority';
import type { Ledger } from '#db/ledger/ledger';
import type { Inventory } from '#policies/inventory';
import type { Watching } from './watching.ts';

/**
 * What dispatch and commands work with, built once by main.ts. `watching` are the chats that get a card of every change they may see;
 * `locale` is the language of cards in chats. `inventories` are the whole sites; commands look through commands/sight.ts.
 */
export type Office = {
  readonly ledger: Ledger;
  readonly authority: Authority;
  readonly inventories: () => readonly Inventory[];
  readonly watching: readonly Watching[];
  readonly locale: string;
};
