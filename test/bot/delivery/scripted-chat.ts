import assert from 'node:assert/strict';
import type { Card } from '#bot/chat/card';
import type { Chat, CopyRef, Sent } from '#bot/chat/chat';
import { LIMITS } from '#bot/console/limits';

/** What becomes of one attempt; `lost` is an unknown outcome after which the message exists all the same. */
export type Fate = Exclude<Sent['sent'], 'ok'> | 'ok' | 'lost';

/** A platform that answers as a script says and keeps what people see. Two calls in one chat at a time fail the test. */
export const scriptedChat = (platform: string, fates: Fate[]) => {
  const seen = new Map<string, Card>();
  const homes = new Map<string, string>();
  const closed = new Set<string>();
  const left = new Set<string>();
  const busy = new Set<string>();
  const calls: string[] = [];
  let messages = 0;

  const settle = (fate: Fate, ref: CopyRef, show: () => void): Sent => {
    const home = homes.get(ref.chat);
    if (home !== undefined) return { sent: 'moved', chat: home };
    if (closed.has(ref.chat) || fate === 'gone') {
      closed.add(ref.chat);
      return { sent: 'gone' };
    }
    if (fate === 'moved') {
      homes.set(ref.chat, `${ref.chat}+`);
      return { sent: 'moved', chat: `${ref.chat}+` };
    }
    if (fate === 'wait') return { sent: 'wait', ms: 3000 };
    if (fate === 'refused' || fate === 'unknown') return { sent: fate, why: 'scripted' };
    show();
    return fate === 'lost' ? { sent: 'unknown', why: 'scripted' } : { sent: 'ok', ref };
  };
  const attempt = async (ref: CopyRef, card: Card): Promise<Sent> => {
    assert.ok(!busy.has(ref.chat), `one message at a time in ${ref.chat}`);
    busy.add(ref.chat);
    calls.push(ref.chat);
    await new Promise((resolve) => setImmediate(resolve));
    busy.delete(ref.chat);
    return settle(fates.shift() ?? 'ok', ref, () => seen.set(`${ref.chat} ${ref.message}`, card));
  };
  const chat: Chat = {
    platform,
    limits: { ...LIMITS, editEvery: 1000, postsOnce: false },
    start: () => Promise.resolve(),
    menu: () => Promise.resolve(),
    serves: (place) => !left.has(place),
    post: (place, card) => attempt({ platform, chat: place, message: `m${++messages}` }, card),
    edit: (ref, card) => attempt(ref, card),
    tell: () => Promise.resolve({ sent: 'gone' }),
    down: () => null,
    whisper: () => Promise.resolve({ sent: 'gone' }),
    stop: () => Promise.resolve(),
  };
  return {
    chat,
    calls,
    closed,
    /** Chats that were taken out of the configuration. */
    left,
    /** What stands in any message, known to us or not. */
    shown: (): readonly Card[] => [...seen.values()],
    /** What stands in a message now. */
    shows: (place: string, message: string): Card | undefined => seen.get(`${place} ${message}`),
  };
};
