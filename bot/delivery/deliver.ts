import { changeById } from '#db/ledger/change-rows';
import { isFinal } from '#db/ledger/changes';
import { type Copy, copyGone, copyLater, copyLost, copyShown } from '#db/ledger/copies';
import { chatsBehind, nextBehind, retryNow } from '#db/ledger/copies-behind';
import { moveChat } from '#db/ledger/moved-chats';
import { immediate } from '#db/open';
import { ChangeId } from '#policies/ids';
import type { Chat, Sent } from '../chat/chat.ts';
import type { Office } from '../office.ts';
import { type Busy, beside, idle } from './beside.ts';
import { type Drawn, drawCopy } from './draw.ts';
import type { PacedChat } from './pace.ts';
import { waitAfter } from './wait-after.ts';

type On<S extends Sent['sent']> = Extract<Sent, { sent: S }>;
type Settled = Pick<Drawn, 'version' | 'isLast' | 'stays'> & {
  readonly office: Office;
  readonly copy: Copy;
};
type Settle = { readonly [S in Sent['sent']]: (settled: Settled, sent: On<S>) => void };

const later = ({ office, copy }: Pick<Settled, 'office' | 'copy'>): void =>
  copyLater(office.ledger, copy, office.ledger.now() + waitAfter(copy.tries));

const isOpen = ({ ledger }: Office, copy: Copy): boolean => {
  const change = changeById(ledger, ChangeId.parse(copy.change));
  return change !== undefined && !isFinal(change);
};

/**
 * What each outcome of a post or edit means for the copy. After an unknown outcome of a post the message may exist twice: where
 * it can, it is posted without anything to press. An edit is simply tried again.
 * A card that somebody deleted is posted anew while its change is open: it may be the one to decide on. Where a post finds
 * nothing the chat is gone.
 */
const SETTLE: Settle = {
  ok: ({ office, copy, version, isLast, stays }, { ref }) => {
    if (isLast) return copyGone(office.ledger, copy);
    copyShown(office.ledger, copy, ref.message, version);
    copyLater(office.ledger, { ...copy, tries: -1 }, office.ledger.now() + stays);
    if (copy.tries > 0) retryNow(office.ledger, copy.platform);
  },
  // To wait is no failure.
  wait: ({ office, copy }, { ms }) =>
    copyLater(office.ledger, { ...copy, tries: copy.tries - 1 }, office.ledger.now() + ms),
  moved: ({ office, copy }, { chat }) => moveChat(office.ledger, copy, chat),
  gone: ({ office, copy }) =>
    (copy.message !== null && isOpen(office, copy) ? copyLost : copyGone)(office.ledger, copy),
  refused: later,
  unknown: later,
};

const deliverOne = async (office: Office, chat: Chat, copy: Copy): Promise<void> => {
  const drawn = immediate(office.ledger.db, () =>
    chat.serves(copy.chat) ? drawCopy(office, copy, chat.limits) : 'never',
  );
  if (drawn === 'never') return immediate(office.ledger.db, () => copyGone(office.ledger, copy));
  if (drawn === 'later') return immediate(office.ledger.db, () => later({ office, copy }));
  const { card, version, isLast, stays } = drawn;
  const ref = { platform: copy.platform, chat: copy.chat, message: copy.message ?? '' };
  const posted = copy.message === null;
  const sent = posted ? await chat.post(copy.chat, card, copy.change) : await chat.edit(ref, card);
  // The table has a row for each outcome, for exactly that outcome.
  const settle = SETTLE[sent.sent] as (settled: Settled, sent: Sent) => void;
  immediate(office.ledger.db, () => settle({ office, copy, version, isLast, stays }, sent));
};

/** One message at a time, each the one that people there wait for most, as long as the chat takes any. */
const deliverIn = async (office: Office, chat: PacedChat, place: string): Promise<void> => {
  const at = { platform: chat.platform, chat: place };
  while (chat.waitFor(place, true) === 0) {
    const which = chat.waitFor(place, false) === 0 ? 'all' : 'urgent';
    const copy = nextBehind(office.ledger, at, which);
    if (!copy) return;
    await deliverOne(office, chat, copy);
  }
};

/** When some copy that is behind, in a chat that is not busy, may be sent (ms from now), or null where none is. */
const soonest = ({ ledger }: Office, chat: PacedChat, { lanes }: Busy): number | null => {
  const free = chatsBehind(ledger, chat.platform).filter((behind) => !lanes.has(behind.chat));
  const waits = free.map((behind) =>
    Math.max(behind.retryAt - ledger.now(), chat.waitFor(behind.chat, behind.urgent)),
  );
  return waits.length === 0 ? null : Math.max(0, Math.min(...waits));
};

/**
 * Brings every copy of every change on one platform up to date; resolves when none is behind that may be sent now, with how
 * long it is until one may (ms), or null. One message at a time in each chat, several chats side by side; of a chat that is `busy`
 * longer than a round waits, the next rounds know nothing.
 */
export const deliverAll = async (
  office: Office,
  chat: PacedChat,
  busy: Busy = idle(),
): Promise<number | null> => {
  const places = chatsBehind(office.ledger, chat.platform).map((behind) => behind.chat);
  await beside(busy, places, (place) => deliverIn(office, chat, place));
  return soonest(office, chat, busy);
};
