import { sha256 } from '#db/canonical';
import { homeOf, moveChat } from '#db/ledger/moved-chats';
import { type NoticePost, noticeDone, noticeLater, noticesDue } from '#db/ledger/notices';
import { immediate } from '#db/open';
import { noticeCard } from '../cards/notice.ts';
import { wordsOf } from '../cards/words.ts';
import { type Chat, roomOf, type Sent } from '../chat/chat.ts';
import type { Office } from '../office.ts';
import { waitAfter } from './deliver.ts';

/** What an outcome means for a notice: it stands there, never can, or is tried again; twice is better than never. */
const settle = ({ ledger }: Office, post: NoticePost, sent: Sent): void => {
  if (sent.sent === 'ok' || sent.sent === 'gone') return noticeDone(ledger, post);
  if (sent.sent === 'moved') {
    const { platform } = post;
    return moveChat(ledger, { platform, chat: homeOf(ledger, post) }, sent.chat);
  }
  const ms = sent.sent === 'wait' ? sent.ms : waitAfter(post.tries);
  noticeLater(ledger, post, ledger.now() + ms);
};

const announceOne = async (office: Office, chat: Chat, post: NoticePost): Promise<void> => {
  const { ledger, locale } = office;
  const place = homeOf(ledger, post);
  if (!chat.serves(place)) return immediate(ledger.db, () => noticeDone(ledger, post));
  const room = roomOf(chat.limits);
  const sent = await chat.post(place, noticeCard({ words: wordsOf(locale), room, sha256 }, post.said));
  immediate(ledger.db, () => settle(office, post, sent));
};

/** Posts what everybody in the chats of one platform is told, in each chat in its order; resolves when nothing is left that may be tried now. */
export const announceAll = async (office: Office, chat: Chat): Promise<void> => {
  for (;;) {
    const [post] = noticesDue(office.ledger, chat.platform);
    if (!post) return;
    await announceOne(office, chat, post);
  }
};
