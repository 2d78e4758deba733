import { and, asc, eq } from 'drizzle-orm';
import type { Notice } from '#policies/notice';
import type { Place } from './copies.ts';
import type { Ledger } from './ledger.ts';
import { noticePosts, notices } from './schema.ts';

/** A notice that does not stand in one chat yet. */
export type NoticePost = typeof noticePosts.$inferSelect & { readonly said: Notice };

/** Tells everybody in these chats; part of the caller's transaction. */
export const putNotice = ({ db, now }: Ledger, notice: Notice, places: readonly Place[]): void => {
  const { id } = db.orm
    .insert(notices)
    .values({ notice: JSON.stringify(notice), at: now() })
    .returning({ id: notices.id })
    .get();
  for (const { platform, chat } of places)
    db.orm
      .insert(noticePosts)
      .values({ notice: id, platform, chat, retryAt: 0, tries: 0, done: 0 })
      .onConflictDoNothing()
      .run();
};

const openPosts = ({ db }: Ledger, platform: string): readonly NoticePost[] =>
  db.orm
    .select()
    .from(noticePosts)
    .innerJoin(notices, eq(notices.id, noticePosts.notice))
    .where(and(eq(noticePosts.platform, platform), eq(noticePosts.done, 0)))
    .orderBy(asc(noticePosts.notice))
    .all()
    // Written by putNotice from a value of this type.
    .map((row) => ({ ...row.notice_posts, said: JSON.parse(row.notices.notice) as Notice }));

/** The oldest notice that each chat of a platform still has to be told, where it may be tried now: later ones wait for it. */
export const noticesDue = (ledger: Ledger, platform: string): readonly NoticePost[] => {
  const oldest = new Map<string, NoticePost>();
  for (const post of openPosts(ledger, platform)) if (!oldest.has(post.chat)) oldest.set(post.chat, post);
  return [...oldest.values()].filter(({ retryAt }) => retryAt <= ledger.now());
};

const here = ({ notice, platform, chat }: NoticePost) =>
  and(eq(noticePosts.notice, notice), eq(noticePosts.platform, platform), eq(noticePosts.chat, chat));

/** It stands there now, or never can. */
export const noticeDone = ({ db }: Ledger, post: NoticePost): void => {
  db.orm.update(noticePosts).set({ done: 1 }).where(here(post)).run();
};

/** Not now; try again at `retryAt` (ms). */
export const noticeLater = ({ db }: Ledger, post: NoticePost, retryAt: number): void => {
  db.orm
    .update(noticePosts)
    .set({ retryAt, tries: post.tries + 1 })
    .where(here(post))
    .run();
};
