import { changeById } from '#db/ledger/change-rows';
import { codesToTell, codeTold, type SentCode } from '#db/ledger/codes';
import { personById } from '#db/ledger/people';
import { immediate } from '#db/open';
import { ChangeId, PersonId } from '#policies/ids';
import { accountOfKey } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { refusalCard } from '../cards/refusal.ts';
import { wordsOf } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import type { Chat } from '../chat/chat.ts';
import { agreedCard } from '../commands/agreed.ts';
import type { Office } from '../office.ts';
import { type Busy, beside } from './beside.ts';

const cardFor = (office: Office, { change: id, person, refusal }: SentCode): Card => {
  const { ledger, locale } = office;
  const words = wordsOf(personById(ledger, PersonId.parse(person))?.locale, locale);
  // Written by answerCode from a Refusal.
  if (refusal !== null) return refusalCard(words, JSON.parse(refusal) as Refusal);
  const change = changeById(ledger, ChangeId.parse(id));
  if (!change) throw new Error(`a code was counted for change ${id}, which is not in the ledger`);
  return agreedCard(office, words, change);
};

/** The account a code was typed with, as a key: the chat where it was typed may be read by others, though the line could not. */
const typedBy = ({ actor }: SentCode): string => {
  // Written by sendCode from the actor of an intent, which always has one.
  const { account } = JSON.parse(actor) as { account: string };
  return account;
};

/** Tells one account what became of its codes, in their order; how long the platform asks to wait (ms), or null. */
const tellOne = async (office: Office, chat: Chat, account: string): Promise<number | null> => {
  const { ledger } = office;
  for (;;) {
    const sent = codesToTell(ledger, chat.platform).find((due) => typedBy(due) === account);
    if (!sent) return null;
    const posted = await chat.tell(accountOfKey(account), cardFor(office, sent));
    if (posted.sent === 'wait') return posted.ms;
    immediate(ledger.db, () => codeTold(ledger, sent));
  }
};

/**
 * Tells people in their private chats what became of their codes, each beside the others. What may have arrived is not sent again;
 * only where the platform asks to wait it is tried later.
 */
export const openCodeTelling = (office: Office, chat: Chat, busy: Busy): (() => Promise<void>) => {
  const { ledger } = office;
  let pausedUntil = 0;
  return async () => {
    if (ledger.now() < pausedUntil) return;
    await beside(busy, codesToTell(ledger, chat.platform).map(typedBy), async (account) => {
      const ms = await tellOne(office, chat, account);
      if (ms !== null) pausedUntil = ledger.now() + ms;
    });
  };
};
