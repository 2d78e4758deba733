import { changeById } from '#db/ledger/change-rows';
import {
  accountOf,
  type Notice,
  type NoticeKind,
  noticeDone,
  noticeLater,
  noticesDue,
} from '#db/ledger/notices';
import { personById } from '#db/ledger/people';
import { immediate } from '#db/open';
import { ChangeId } from '#policies/ids';
import { glassNotice } from '../cards/glass.ts';
import { wordsOf } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import type { Chat, Sent } from '../chat/chat.ts';
import { viewOf } from '../commands/find-change.ts';
import type { Office } from '../office.ts';
import { waitAfter } from './wait-after.ts';

/** Drawn at the moment it is sent, in the language of whoever reads it. */
const draw = (office: Office, notice: Notice): Card => {
  const change = changeById(office.ledger, ChangeId.parse(notice.change));
  if (!change) throw new Error(`a notice is about change ${notice.change}, which is not in the ledger`);
  const { name, people } = viewOf(office, change);
  const locale = notice.person === null ? '' : (personById(office.ledger, notice.person)?.locale ?? '');
  // The column only ever holds what tellPlaces and tellPeople were given.
  const kind = notice.kind as NoticeKind;
  return glassNotice(wordsOf(locale || office.locale), { kind, change, name, people });
};

const send = (chat: Chat, notice: Notice, card: Card): Promise<Sent> => {
  const account = accountOf(notice);
  if (account) return chat.tell(account, card);
  return notice.chat !== null && chat.serves(notice.chat)
    ? chat.post(notice.chat, card)
    : Promise.resolve({ sent: 'gone' });
};

/**
 * After an unknown outcome it may be said twice, which is the lesser evil. Whoever never opened a private chat with the bot
 * cannot be told there, and trying again would not help.
 */
const settle = ({ ledger }: Office, notice: Notice, sent: Sent): void => {
  const closed = sent.sent === 'gone' || (sent.sent === 'refused' && accountOf(notice) !== null);
  if (sent.sent === 'ok' || closed) return noticeDone(ledger, notice);
  if (sent.sent === 'moved') return noticeLater(ledger, notice, ledger.now(), sent.chat);
  const wait = sent.sent === 'wait' ? sent.ms : waitAfter(notice.tries);
  noticeLater(ledger, notice, ledger.now() + wait);
};

/** Says everything on one platform that has to be said once and may be tried now, one after the other. */
export const tellAll = async (office: Office, chat: Chat): Promise<void> => {
  for (const notice of noticesDue(office.ledger, chat.platform)) {
    const sent = await send(chat, notice, draw(office, notice));
    immediate(office.ledger.db, () => settle(office, notice, sent));
  }
};
