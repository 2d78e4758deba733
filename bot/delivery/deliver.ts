import { type Copy, copiesBehind, copyGone, copyLater, copyShown } from '#db/ledger/copies';
import { moveChat } from '#db/ledger/moved-chats';
import { immediate } from '#db/open';
import type { Chat, Sent } from '../chat/chat.ts';
import type { Office } from '../office.ts';
import { type Drawn, drawCopy } from './draw.ts';
import { waitAfter } from './wait-after.ts';

type On<S extends Sent['sent']> = Extract<Sent, { sent: S }>;
type Settled = Pick<Drawn, 'version' | 'isLast'> & {
  readonly office: Office;
  readonly copy: Copy;
  readonly chat: Chat;
};
type Settle = { readonly [S in Sent['sent']]: (settled: Settled, sent: On<S>) => void };

const later = ({ office, copy }: Pick<Settled, 'office' | 'copy'>): void =>
  copyLater(office.ledger, copy, office.ledger.now() + waitAfter(copy.tries));

/**
 * What each outcome of a post or edit means for the copy. After an unknown outcome of a post the message may exist twice: where
 * it can, it is posted without anything to press. An edit is simply tried again.
 */
const SETTLE: Settle = {
  ok: ({ office, copy, version, isLast, chat }, { ref }) => {
    if (isLast) return copyGone(office.ledger, copy);
    copyShown(office.ledger, copy, ref.message, version);
    // What was posted to promise nothing is replaced at once.
    const rest = version === 0 ? 0 : chat.limits.editEvery;
    copyLater(office.ledger, { ...copy, tries: -1 }, office.ledger.now() + rest);
  },
  wait: ({ office, copy }, { ms }) => copyLater(office.ledger, copy, office.ledger.now() + ms),
  moved: ({ office, copy }, { chat }) => moveChat(office.ledger, copy, chat),
  gone: ({ office, copy }) => copyGone(office.ledger, copy),
  refused: later,
  unknown: later,
};

const deliverOne = async (office: Office, chat: Chat, copy: Copy): Promise<void> => {
  const drawn = immediate(office.ledger.db, () =>
    chat.serves(copy.chat) ? drawCopy(office, copy, chat.limits) : 'never',
  );
  if (drawn === 'never') return immediate(office.ledger.db, () => copyGone(office.ledger, copy));
  if (drawn === 'later') return immediate(office.ledger.db, () => later({ office, copy }));
  const { card, version, isLast } = drawn;
  const ref = { platform: copy.platform, chat: copy.chat, message: copy.message ?? '' };
  const posted = copy.message === null;
  const sent = posted ? await chat.post(copy.chat, card, copy.change) : await chat.edit(ref, card);
  // The table has a row for each outcome, for exactly that outcome.
  const settle = SETTLE[sent.sent] as (settled: Settled, sent: Sent) => void;
  immediate(office.ledger.db, () => settle({ office, copy, version, isLast, chat }, sent));
};

/** How many copies one round takes; several rounds follow each other without a pause. */
const ROUND = 20;

/**
 * Brings every copy of every change on one platform up to date; resolves when none is behind that may be tried now.
 * One message at a time in each chat, several chats side by side.
 */
export const deliverAll = async (office: Office, chat: Chat): Promise<void> => {
  for (;;) {
    const behind = copiesBehind(office.ledger, chat.platform, ROUND);
    if (behind.length === 0) return;
    const byChat = Map.groupBy(behind, (copy) => copy.chat);
    // All are waited for even if one breaks: what is still under way must not meet the next round in its chat.
    const rounds = await Promise.allSettled(
      [...byChat.values()].map(async (copies) => {
        for (const copy of copies) await deliverOne(office, chat, copy);
      }),
    );
    const broken = rounds.find((round) => round.status === 'rejected');
    if (broken) throw broken.reason;
  }
};
