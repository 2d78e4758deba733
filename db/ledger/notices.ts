import { and, asc, eq, isNull, lt, lte, sql } from 'drizzle-orm';
import type { ChangeId, PersonId } from '#policies/ids';
import type { Account } from '#policies/person';
import { once } from '../once.ts';
import type { Place } from './copies.ts';
import type { Ledger } from './ledger.ts';
import { allAccounts } from './people.ts';
import { notices } from './schema.ts';

/** Something that is said once about a change, beside its card: that the glass was broken, that a review is overdue or written. */
export type NoticeKind = 'glass-broken' | 'review-overdue' | 'review-written';

/** A message that has to go out once: to a chat, or privately to an account of a person. */
export type Notice = typeof notices.$inferSelect;

/** A notice that cannot be sent is given up after so long (ms). */
export const NOTICE_KEEP = 86_400_000;

type Wanted = { readonly change: ChangeId; readonly kind: NoticeKind };
type Address = Pick<Notice, 'platform' | 'chat' | 'tenant' | 'account' | 'person'>;

const want = ({ db, now }: Ledger, wanted: Wanted, address: Address): void => {
  const row = { ...wanted, ...address, at: now(), retryAt: 0, tries: 0, doneAt: null };
  db.orm.insert(notices).values(row).run();
};

/** Says it in these chats, once in each; part of the caller's transaction. */
export const tellPlaces = (ledger: Ledger, wanted: Wanted, places: readonly Place[]): void => {
  const each = new Map(places.map(({ platform, chat }) => [`${platform} ${chat}`, { platform, chat }]));
  for (const place of each.values())
    want(ledger, wanted, { ...place, tenant: null, account: null, person: null });
};

/** Says it privately to these people, through every account of theirs; part of the caller's transaction. */
export const tellPeople = (ledger: Ledger, wanted: Wanted, people: readonly PersonId[]): void => {
  for (const { account, person } of allAccounts(ledger).filter((one) =>
    people.some((id) => id === one.person),
  ))
    want(ledger, wanted, {
      platform: account.platform,
      chat: null,
      tenant: account.tenant,
      account: account.id,
      person,
    });
};

/** The account a notice is for; null where it is for a chat. */
export const accountOf = ({ platform, tenant, account }: Notice): Account | null =>
  tenant === null || account === null ? null : { platform, tenant, id: account };

const due = once((orm) =>
  orm
    .select()
    .from(notices)
    .where(
      and(
        eq(notices.platform, sql.placeholder('platform')),
        isNull(notices.doneAt),
        lte(notices.retryAt, sql.placeholder('now')),
      ),
    )
    .orderBy(asc(notices.seq))
    .prepare(),
);

/** What has to be said on a platform and may be tried now, oldest first. */
export const noticesDue = ({ db, now }: Ledger, platform: string): readonly Notice[] =>
  due(db).all({ platform, now: now() });

/** It was said, or never can be. */
export const noticeDone = ({ db, now }: Ledger, { seq }: Notice): void => {
  db.orm.update(notices).set({ doneAt: now() }).where(eq(notices.seq, seq)).run();
};

/** Not now: it is tried again at `retryAt` (ms), in `chat` where the chat has a new id, or given up when it is a day old. */
export const noticeLater = (ledger: Ledger, notice: Notice, retryAt: number, chat = notice.chat): void => {
  if (ledger.now() >= notice.at + NOTICE_KEEP) return noticeDone(ledger, notice);
  ledger.db.orm
    .update(notices)
    .set({ retryAt, chat, tries: notice.tries + 1 })
    .where(eq(notices.seq, notice.seq))
    .run();
};

/** Forgets what was said more than a week ago: a review that is owed stands elsewhere. */
export const pruneNotices = ({ db, now }: Ledger): void => {
  db.orm
    .delete(notices)
    .where(lt(notices.doneAt, now() - 7 * NOTICE_KEEP))
    .run();
};
