import { and, asc, eq, inArray, lt, notExists, sql } from 'drizzle-orm';
import type { PersonId } from '#policies/ids';
import type { Notice } from '#policies/notice';
import type { Account } from '#policies/person';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import type { Place } from './copies.ts';
import type { Ledger } from './ledger.ts';
import { allAccounts } from './people.ts';
import { noticePosts, notices } from './schema/chats.ts';

/** A notice that was not said yet at one address: in a chat, or privately to an account of a person. `at` in ms. */
export type NoticePost = typeof noticePosts.$inferSelect & { readonly said: Notice; readonly at: number };

/** A notice that cannot be sent to a person is given up after so long (ms): nobody wants to be woken by what is over. */
const PRIVATE_KEEP = 86_400_000;

type Address = Pick<NoticePost, 'platform' | 'chat' | 'tenant' | 'account' | 'person'>;

const inChat = ({ platform, chat }: Place): Address => ({
  platform,
  chat,
  tenant: '',
  account: '',
  person: null,
});

const addressesOf = (ledger: Ledger, people: readonly PersonId[]): readonly Address[] =>
  allAccounts(ledger)
    .filter(({ person }) => people.some((id) => id === person))
    .map(({ account: { platform, tenant, id }, person }) => ({
      platform,
      chat: '',
      tenant,
      account: id,
      person,
    }));

/** Who is told: everybody in these chats, and these people privately, through every account of theirs. */
export type Audience = { readonly places: readonly Place[]; readonly people?: readonly PersonId[] };

/** Tells each of them once; part of the caller's transaction. */
export const putNotice = (ledger: Ledger, notice: Notice, { places, people = [] }: Audience): void => {
  const { db, now } = ledger;
  const row = { notice: JSON.stringify(notice), at: now() };
  const { id } = db.orm.insert(notices).values(row).returning({ id: notices.id }).get();
  for (const address of [...places.map(inChat), ...addressesOf(ledger, people)])
    db.orm
      .insert(noticePosts)
      .values({ ...address, notice: id, retryAt: 0, tries: 0, done: 0 })
      .onConflictDoNothing()
      .run();
};

const open = once((orm) =>
  orm
    .select()
    .from(noticePosts)
    .innerJoin(notices, eq(notices.id, noticePosts.notice))
    .where(and(eq(noticePosts.platform, sql.placeholder('platform')), eq(noticePosts.done, 0)))
    .orderBy(asc(noticePosts.notice))
    .prepare(),
);

const openPosts = ({ db }: Ledger, platform: string): readonly NoticePost[] =>
  open(db)
    .all({ platform })
    .map((row) => ({
      ...row.notice_posts,
      at: row.notices.at,
      // Written by putNotice from a value of this type.
      said: JSON.parse(row.notices.notice) as Notice,
    }));

/** The chat or account that a notice is for, among those of its platform. */
export const addressOf = ({ chat, tenant, account }: Address): string =>
  JSON.stringify([chat, tenant, account]);

/** The oldest notice that each chat and account of a platform still has to be told, where it may be tried now: later ones wait for it. */
export const noticesDue = (ledger: Ledger, platform: string): readonly NoticePost[] => {
  const oldest = new Map<string, NoticePost>();
  for (const post of openPosts(ledger, platform)) {
    const address = addressOf(post);
    if (!oldest.has(address)) oldest.set(address, post);
  }
  return [...oldest.values()].filter(({ retryAt }) => retryAt <= ledger.now());
};

/** The account a notice is for; null where it is for a chat. */
export const accountOf = ({ platform, tenant, account }: Address): Account | null =>
  account === '' ? null : { platform, tenant, id: account };

const here = ({ notice, platform, chat, tenant, account }: NoticePost) =>
  and(
    eq(noticePosts.notice, notice),
    eq(noticePosts.platform, platform),
    eq(noticePosts.chat, chat),
    eq(noticePosts.tenant, tenant),
    eq(noticePosts.account, account),
  );

/** It was said there, or never can be. */
export const noticeDone = ({ db }: Ledger, post: NoticePost): void => {
  db.orm.update(noticePosts).set({ done: 1 }).where(here(post)).run();
};

/** Not now: it is tried again at `retryAt` (ms), or given up where nobody wants to be told privately any more. */
export const noticeLater = (ledger: Ledger, post: NoticePost, retryAt: number): void => {
  if (post.person !== null && ledger.now() >= post.at + PRIVATE_KEEP) return noticeDone(ledger, post);
  ledger.db.orm
    .update(noticePosts)
    .set({ retryAt, tries: post.tries + 1 })
    .where(here(post))
    .run();
};

/** Notices that were said everywhere are forgotten after so long (ms): what is owed or in force stands elsewhere. */
const NOTICE_KEEP = 7 * 86_400_000;

/** Forgets what everybody was told more than a week ago. */
export const pruneNotices = ({ db, now }: Ledger): void =>
  immediate(db, () => {
    const old = lt(notices.at, now() - NOTICE_KEEP);
    const unsaid = db.orm
      .select()
      .from(noticePosts)
      .where(and(eq(noticePosts.notice, notices.id), eq(noticePosts.done, 0)));
    const over = db.orm
      .select({ id: notices.id })
      .from(notices)
      .where(and(old, notExists(unsaid)));
    const ids = over.all().map(({ id }) => id);
    db.orm.delete(noticePosts).where(inArray(noticePosts.notice, ids)).run();
    db.orm.delete(notices).where(inArray(notices.id, ids)).run();
  });
