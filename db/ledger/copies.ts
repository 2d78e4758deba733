import { and, asc, eq, inArray, lt, lte, or, sql } from 'drizzle-orm';
import type { Change } from '#policies/change/change';
import { FINAL } from '#policies/change/machine';
import type { ChangeId } from '#policies/ids';
import { targetKey } from '#policies/target';
import { once } from '../once.ts';
import type { Ledger } from './ledger.ts';
import { changes } from './schema/changes.ts';
import { copies } from './schema/chats.ts';

/** A chat on a platform. */
export type Place = { readonly platform: string; readonly chat: string };

/** One copy of a change's card and how far behind it is. */
export type Copy = typeof copies.$inferSelect;

const at = (change: string, { platform, chat }: Place) =>
  and(eq(copies.change, change), eq(copies.platform, platform), eq(copies.chat, chat));

const want = once((orm) =>
  orm
    .update(copies)
    .set({ wanted: sql`${sql.placeholder('version')}` })
    .where(eq(copies.change, sql.placeholder('change')))
    .prepare(),
);

/** Every known copy, and one in each new place, shall show the change as it is now. */
export const wantCopies = ({ db }: Ledger, change: Change, places: readonly Place[]): void => {
  for (const place of places)
    db.orm
      .insert(copies)
      .values({
        change: change.id,
        ...place,
        message: null,
        shown: 0,
        wanted: 0,
        retryAt: 0,
        tries: 0,
        gone: 0,
      })
      .onConflictDoNothing()
      .run();
  want(db).run({ version: change.version, change: change.id });
};

const behind = once((orm) =>
  orm
    .select()
    .from(copies)
    .where(
      and(
        eq(copies.platform, sql.placeholder('platform')),
        eq(copies.gone, 0),
        lt(copies.shown, copies.wanted),
        lte(copies.retryAt, sql.placeholder('now')),
      ),
    )
    .orderBy(asc(copies.retryAt), asc(copies.change))
    .limit(sql.placeholder('most'))
    .prepare(),
);

/** Copies on one platform that show less than they should and may be tried now, oldest change first. */
export const copiesBehind = ({ db, now }: Ledger, platform: string, most: number): readonly Copy[] =>
  behind(db).all({ platform, now: now(), most });

const inPlace = once((orm) =>
  orm
    .select()
    .from(copies)
    .where(
      and(
        eq(copies.change, sql.placeholder('change')),
        eq(copies.platform, sql.placeholder('platform')),
        eq(copies.chat, sql.placeholder('chat')),
      ),
    )
    .prepare(),
);

/** The copy in one place, or undefined. */
export const copyAt = ({ db }: Ledger, change: ChangeId, { platform, chat }: Place): Copy | undefined =>
  inPlace(db).get({ change, platform, chat });

/** Where a change has a card that can still be reached. */
export const placesOf = ({ db }: Ledger, change: ChangeId): readonly Place[] =>
  db.orm
    .select({ platform: copies.platform, chat: copies.chat })
    .from(copies)
    .where(and(eq(copies.change, change), eq(copies.gone, 0)))
    .all();

/** Every copy of this change may show something old: draw them again although the change has not moved. */
export const redrawAll = ({ db }: Ledger, change: ChangeId): void => {
  db.orm
    .update(copies)
    .set({ shown: sql`${copies.wanted} - 1` })
    .where(eq(copies.change, change))
    .run();
};

/** People now see `version` there, in `message`; what was to be drawn again since the copy was read still is. */
export const copyShown = ({ db }: Ledger, copy: Copy, message: string, version: number): void => {
  const shown = sql`CASE ${copies.shown} WHEN ${copy.shown} THEN ${version} ELSE ${copies.shown} END`;
  db.orm.update(copies).set({ message, shown, tries: 0 }).where(at(copy.change, copy)).run();
};

/** Not now; try again at `retryAt` (ms). */
export const copyLater = ({ db }: Ledger, copy: Copy, retryAt: number): void => {
  db.orm
    .update(copies)
    .set({ retryAt, tries: copy.tries + 1 })
    .where(at(copy.change, copy))
    .run();
};

/** The message is not there any more, though its chat may be: the card is posted anew. */
export const copyLost = ({ db }: Ledger, copy: Copy): void => {
  db.orm.update(copies).set({ message: null, shown: 0 }).where(at(copy.change, copy)).run();
};

/** The chat or the message is gone for good, or served no more: nothing is sent there, and no press there counts. */
export const copyGone = ({ db }: Ledger, copy: Copy): void => {
  db.orm.update(copies).set({ gone: 1 }).where(at(copy.change, copy)).run();
};

/**
 * A chat has a new id, where what is open or behind is posted anew. A copy that shows how its change ended stays in the
 * old one, and so does one whose card the new chat has already.
 */
export const moveCopies = ({ db }: Ledger, from: Place, chat: string): void => {
  const inChat = (id: string) => and(eq(copies.platform, from.platform), eq(copies.chat, id));
  const there = db.orm.select({ change: copies.change }).from(copies).where(inChat(chat));
  const over = db.orm
    .select({ id: changes.id })
    .from(changes)
    .where(inArray(changes.state, [...FINAL]));
  const shownToTheEnd = and(eq(copies.shown, copies.wanted), inArray(copies.change, over));
  db.orm
    .update(copies)
    .set({ gone: 1 })
    .where(and(inChat(from.chat), or(inArray(copies.change, there), shownToTheEnd)))
    .run();
  db.orm
    .update(copies)
    .set({ chat, message: null, shown: 0 })
    .where(and(inChat(from.chat), eq(copies.gone, 0)))
    .run();
};

const beside = once((orm) =>
  orm
    .update(copies)
    .set({ shown: sql`${copies.shown} - 1` })
    .where(
      and(
        eq(copies.gone, 0),
        sql`${copies.change} IN (SELECT ${changes.id} FROM ${changes} WHERE ${changes.targetKey} = ${sql.placeholder('target')}
          AND ${changes.id} <> ${sql.placeholder('id')} AND ${changes.state} IN ('planning', 'awaiting', 'approved'))`,
      ),
    )
    .prepare(),
);

/** A change came up or ended: the cards of others that wait for the same target name it, and are drawn again, also one on its way. */
export const redrawBeside = ({ db }: Ledger, { id, target }: Change): void => {
  beside(db).run({ id, target: targetKey(target) });
};

/** This copy may show something old: draw it again although the change has not moved. */
export const redraw = ({ db }: Ledger, copy: Copy): void => {
  db.orm
    .update(copies)
    .set({ shown: copy.wanted - 1 })
    .where(at(copy.change, copy))
    .run();
};
