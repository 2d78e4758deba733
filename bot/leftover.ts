import { buttonByToken } from '#db/ledger/buttons';
import { copyAt } from '#db/ledger/copies';
import { ChangeId } from '#policies/ids';
import { page } from './cards/look.ts';
import { wordsOf } from './cards/words.ts';
import type { Chat } from './chat/chat.ts';
import type { Intent } from './chat/intent.ts';
import type { Office } from './office.ts';

/** Is the pressed message a card of ours that we lost sight of: posted, and the platform's answer never arrived? */
const isLeftover = ({ ledger }: Office, { does, place }: Intent): boolean => {
  if (does.what !== 'press') return false;
  const button = buttonByToken(ledger, does.token);
  if (button?.platform !== place.platform || button.chat !== place.chat) return false;
  const copy = copyAt(ledger, ChangeId.parse(button.change), place);
  return typeof copy?.message === 'string' && copy.message !== does.message;
};

/**
 * Takes the buttons from a second copy of a card, which a crash in the middle of a post leaves behind. No press on it ever
 * counted, but only a press tells us that it is there.
 */
export const clearLeftover = async (office: Office, chat: Chat, intent: Intent): Promise<void> => {
  if (intent.does.what !== 'press' || !isLeftover(office, intent)) return;
  const ref = { platform: intent.place.platform, chat: intent.place.chat, message: intent.does.message };
  await chat.edit(ref, page('neutral', wordsOf(office.locale).say('change.leftover'), []));
};
