import type { Chat, Pace, Sent } from '../chat/chat.ts';

/** A chat whose posts and edits are counted against what the platform takes. */
export type PacedChat = Chat & {
  /** How long until this chat takes one more (ms); 0: now. What is not urgent leaves room for what is. */
  readonly waitFor: (chat: string, urgent: boolean) => number;
};

/** When a message or edit was taken (ms); while it is under way, never long ago. */
type Taken = { at: number };

/** So much of each window is for what is not urgent. */
const SHARE = 0.75;

const keyOf = ({ per, windowMs }: Pace, chat: string): string =>
  `${per} ${windowMs} ${per === 'chat' ? chat : ''}`;

/** What went to chats within the windows. */
const openWindows = (pace: readonly Pace[], now: () => number) => {
  const taken = new Map<string, readonly Taken[]>();
  const recent = (limit: Pace, chat: string): readonly Taken[] => {
    const key = keyOf(limit, chat);
    const kept = (taken.get(key) ?? []).filter(({ at }) => at > now() - limit.windowMs);
    if (kept.length > 0) taken.set(key, kept);
    else taken.delete(key);
    return kept;
  };
  return {
    wait: (limit: Pace, chat: string, most: number): number => {
      const times = recent(limit, chat)
        .map(({ at }) => at)
        .toSorted((a, b) => a - b);
      const oldest = times.at(-most);
      return oldest === undefined ? 0 : Math.min(oldest - now(), 0) + limit.windowMs;
    },
    add: (chat: string, one: Taken): void => {
      for (const limit of pace) taken.set(keyOf(limit, chat), [...recent(limit, chat), one]);
    },
    drop: (chat: string, one: Taken): void => {
      for (const limit of pace)
        taken.set(
          keyOf(limit, chat),
          recent(limit, chat).filter((other) => other !== one),
        );
    },
  };
};

/** A refused call is not counted by any platform; one whose answer was lost may have been. */
const COUNTS: readonly Sent['sent'][] = ['ok', 'unknown'];

/**
 * Counts what goes to each chat, from when the answer came: the platform counted it before, so that we never reach its limit
 * before it has forgotten the first. A chat that asks to wait is left alone so long.
 */
export const paced = (chat: Chat, now: () => number): PacedChat => {
  const { pace } = chat.limits;
  const windows = openWindows(pace, now);
  const held = new Map<string, number>();
  const counted = async (place: string, messages: number, send: () => Promise<Sent>): Promise<Sent> => {
    const all = Array.from({ length: messages }, (): Taken => ({ at: Number.POSITIVE_INFINITY }));
    for (const one of all) windows.add(place, one);
    const sent = await send();
    if (sent.sent === 'wait') held.set(place, now() + sent.ms);
    for (const one of all) {
      one.at = now();
      if (!COUNTS.includes(sent.sent)) windows.drop(place, one);
    }
    return sent;
  };
  return {
    ...chat,
    // A file is a message of its own.
    post: (place, card) => counted(place, card.attachment === null ? 1 : 2, () => chat.post(place, card)),
    edit: (ref, card) => counted(ref.chat, 1, () => chat.edit(ref, card)),
    waitFor: (place, urgent) => {
      const most = (count: number): number => (urgent ? count : Math.max(1, Math.floor(count * SHARE)));
      const waits = pace.map((limit) => windows.wait(limit, place, most(limit.count)));
      return Math.max(0, (held.get(place) ?? 0) - now(), ...waits);
    },
  };
};
