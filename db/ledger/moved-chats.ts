import { and, eq, sql } from 'drizzle-orm';
import { appendAudit } from '../audit/append.ts';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import { moveCopies, type Place } from './copies.ts';
import type { Ledger } from './ledger.ts';
import { movedChats } from './schema/chats.ts';

/** More moves of one chat than any chat makes; ends a ring of them. */
const MOST_MOVES = 8;

const move = once((orm) =>
  orm
    .select({ to: movedChats.movedTo })
    .from(movedChats)
    .where(
      and(eq(movedChats.platform, sql.placeholder('platform')), eq(movedChats.chat, sql.placeholder('chat'))),
    )
    .prepare(),
);

/** The id that a chat has now: its own, or the one it moved to, so that a configuration from before still holds. */
export const homeOf = ({ db }: Ledger, { platform, chat }: Place): string => {
  let home = chat;
  for (let moves = 0; moves < MOST_MOVES; moves++) {
    const next = move(db).get({ platform, chat: home });
    if (!next) return home;
    home = next.to;
  }
  return home;
};

/** A platform says that a chat has a new id: it is remembered for good, and the cards of what is open go there. */
export const moveChat = (ledger: Ledger, from: Place, to: string): void =>
  immediate(ledger.db, () => {
    const { platform, chat } = from;
    const at = ledger.now();
    const row = { platform, chat, movedTo: to, at };
    const made = ledger.db.orm.insert(movedChats).values(row).onConflictDoNothing().run().changes;
    const facts = { platform, from: chat, to };
    if (made === 1) appendAudit(ledger.db, { kind: 'chat.moved', actor: { system: 'bot' }, facts }, at);
    moveCopies(ledger, from, to);
  });
