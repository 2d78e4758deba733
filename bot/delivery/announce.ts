import { sha256 } from '#db/canonical';
import { changeById } from '#db/ledger/change-rows';
import { homeOf, moveChat } from '#db/ledger/moved-chats';
import {
  accountOf,
  addressOf,
  type NoticePost,
  noticeDone,
  noticeLater,
  noticesDue,
} from '#db/ledger/notices';
import { personById } from '#db/ledger/people';
import { immediate } from '#db/open';
import type { GlassNotice } from '#policies/notice';
import { glassNotice } from '../cards/glass.ts';
import { noticeCard } from '../cards/notice.ts';
import { type Words, wordsOf } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import { type Chat, roomOf, type Sent } from '../chat/chat.ts';
import { viewOf } from '../commands/find-change.ts';
import type { Office } from '../office.ts';
import { noticeStandsIn } from '../shown-in.ts';
import { type Busy, beside, idle } from './beside.ts';
import type { PacedChat } from './pace.ts';
import { waitAfter } from './wait-after.ts';

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

const drawGlass = (office: Office, words: Words, { notice: kind, change: id }: GlassNotice): Card => {
  const change = changeById(office.ledger, id);
  if (!change) throw new Error(`a notice is about change ${id}, which is not in the ledger`);
  const { name, people } = viewOf(office, change);
  return glassNotice(words, { kind, change, name, people });
};

/** Drawn at the moment it is said, in the language of whoever reads it. */
const draw = (office: Office, { limits }: Chat, { said, person }: NoticePost): Card => {
  const reader = person === null ? undefined : personById(office.ledger, person);
  const words = wordsOf(reader?.locale, office.locale);
  if ('change' in said) return drawGlass(office, words, said);
  return noticeCard({ words, room: roomOf(limits), sha256 }, said);
};

const say = (office: Office, chat: PacedChat, post: NoticePost): Promise<Sent> => {
  const account = accountOf(post);
  if (account) return chat.tell(account, draw(office, chat, post));
  const place = homeOf(office.ledger, post);
  const { platform, said, notice } = post;
  const stands = chat.serves(place) && noticeStandsIn(office, { platform, chat: place }, said);
  if (!stands) return Promise.resolve({ sent: 'gone' });
  const ms = chat.waitFor(place, true);
  return ms > 0
    ? Promise.resolve({ sent: 'wait', ms })
    : chat.post(place, draw(office, chat, post), `notice ${notice}`);
};

/** Says what one chat or account is told, in its order, until nothing is left that may be tried now. */
const announceTo = async (office: Office, chat: PacedChat, address: string): Promise<void> => {
  for (;;) {
    const post = noticesDue(office.ledger, chat.platform).find((due) => addressOf(due) === address);
    if (!post) return;
    const sent = await say(office, chat, post);
    immediate(office.ledger.db, () => settle(office, post, sent));
  }
};

/**
 * Says what people on one platform are told, each chat and account in its order and beside the others; resolves when nothing is left
 * that may be tried now, but for what hangs.
 */
export const announceAll = (office: Office, chat: PacedChat, busy: Busy = idle()): Promise<void> =>
  beside(busy, noticesDue(office.ledger, chat.platform).map(addressOf), (address) =>
    announceTo(office, chat, address),
  );
