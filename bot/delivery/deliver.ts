import { type Copy, copiesBehind, copyGone, copyLater, copyShown } from '#db/ledger/copies';
import { moveChat } from '#db/ledger/moved-chats';
import { immediate } from '#db/open';
import type { Chat, Sent } from '../chat/chat.ts';
import type { Office } from '../office.ts';
import { drawCopy } from './draw.ts';
import { waitAfter } from './wait-after.ts';

type On<S extends Sent['sent']> = Extract<Sent, { sent: S }>;
type Settled = {
  readonly office: Office;
  readonly copy: Copy;
  readonly version: number;
  readonly chat: Chat;
};
type Settle = { readonly [S in Sent['sent']]: (settled: Settled, sent: On<S>) => void };

const later = ({ office, copy }: Settled): void =>
  copyLater(office.ledger, copy, office.ledger.now() + waitAfter(copy.tries));

/**
 * What each outcome of a post or edit means for the copy. After an unknown outcome of a post the card may exist twice:
 * both are bound to the same plan, so that is the lesser evil; an edit is simply tried again.
 */
const SETTLE: Settle = {
  ok: ({ office, copy, version, chat }, { ref }) => {
    copyShown(office.ledger, copy, ref.message, version);
    copyLater(office.ledger, { ...copy, tries: -1 }, office.ledger.now() + chat.limits.editEvery);
  },
  wait: ({ office, copy }, { ms }) => copyLater(office.ledger, copy, office.ledger.now() + ms),
  moved: ({ office, copy }, { chat }) => moveChat(office.ledger, copy, chat),
  gone: ({ office, copy }) => copyGone(office.ledger, copy),
  refused: later,
  unknown: later,
};

const deliverOne = async (office: Office, chat: Chat, copy: Copy): Promise<void> => {
  if (!chat.serves(copy.chat)) return immediate(office.ledger.db, () => copyGone(office.ledger, copy));
  const { card, version } = immediate(office.ledger.db, () => drawCopy(office, copy, chat.limits));
  const ref = { platform: copy.platform, chat: copy.chat, message: copy.message ?? '' };
  const posted = copy.message === null;
  const sent = posted ? await chat.post(copy.chat, card, copy.change) : await chat.edit(ref, card);
  // The table has a row for each outcome, for exactly that outcome.
  const settle = SETTLE[sent.sent] as (settled: Settled, sent: Sent) => void;
  immediate(office.ledger.db, () => settle({ office, copy, version, chat }, sent));
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
