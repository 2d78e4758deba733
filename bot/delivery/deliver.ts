import { changeById } from '#db/ledger/change-rows';
import { isFinal } from '#db/ledger/changes';
import { type Copy, copyGone, copyLater, copyLost, copyShown } from '#db/ledger/copies';
import { chatsBehind, nextBehind, retryNow } from '#db/ledger/copies-behind';
import { moveChat } from '#db/ledger/moved-chats';
import { immediate } from '#db/open';
import { ChangeId } from '#policies/ids';
import type { Chat, Sent } from '../chat/chat.ts';
import type { Office } from '../office.ts';
import { drawCopy } from './draw.ts';
import type { PacedChat } from './pace.ts';
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

const isOpen = ({ ledger }: Office, copy: Copy): boolean => {
  const change = changeById(ledger, ChangeId.parse(copy.change));
  return change !== undefined && !isFinal(change);
};

/**
 * What each outcome of a post or edit means for the copy. After an unknown outcome of a post the card may exist twice:
 * both are bound to the same plan, so that is the lesser evil; an edit is simply tried again. A card that somebody deleted
 * is posted anew while its change is open: it may be the one to decide on. Where a post finds nothing the chat is gone.
 */
const SETTLE: Settle = {
  ok: ({ office, copy, version, chat }, { ref }) => {
    copyShown(office.ledger, copy, ref.message, version);
    copyLater(office.ledger, { ...copy, tries: -1 }, office.ledger.now() + chat.limits.editEvery);
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
  if (!chat.serves(copy.chat)) return immediate(office.ledger.db, () => copyGone(office.ledger, copy));
  const { card, version } = immediate(office.ledger.db, () => drawCopy(office, copy, chat.limits));
  const ref = { platform: copy.platform, chat: copy.chat, message: copy.message ?? '' };
  const sent = copy.message === null ? await chat.post(copy.chat, card) : await chat.edit(ref, card);
  // The table has a row for each outcome, for exactly that outcome.
  const settle = SETTLE[sent.sent] as (settled: Settled, sent: Sent) => void;
  immediate(office.ledger.db, () => settle({ office, copy, version, chat }, sent));
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

/** When some copy that is behind may be sent (ms from now), or null where none is. */
const soonest = ({ ledger }: Office, chat: PacedChat): number | null => {
  const waits = chatsBehind(ledger, chat.platform).map((behind) =>
    Math.max(behind.retryAt - ledger.now(), chat.waitFor(behind.chat, behind.urgent)),
  );
  return waits.length === 0 ? null : Math.max(0, Math.min(...waits));
};

/**
 * Brings every copy of every change on one platform up to date; resolves when none is behind that may be sent now, with how
 * long it is until one may (ms), or null. One message at a time in each chat, several chats side by side.
 */
export const deliverAll = async (office: Office, chat: PacedChat): Promise<number | null> => {
  const places = new Set(chatsBehind(office.ledger, chat.platform).map((behind) => behind.chat));
  // All are waited for even if one breaks: what is still under way must not meet the next round in its chat.
  const lanes = await Promise.allSettled([...places].map((place) => deliverIn(office, chat, place)));
  const broken = lanes.find((lane) => lane.status === 'rejected');
  if (broken) throw broken.reason;
  return soonest(office, chat);
};
