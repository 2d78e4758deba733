import type { Chat } from '@grammyjs/types';
import type { Rate } from './limits.ts';

/** Methods that count against the rates; answers to presses, menus and polls do not. */
const PACED = new Set([
  'sendmessage',
  'senddocument',
  'editmessagetext',
  'editmessagereplymarkup',
  'deletemessage',
]);

/** Counts calls in sliding windows and says how many whole seconds to wait, 0 for none. A refused call is not counted. */
export const createPace = (rates: readonly Rate[], now: () => number) => {
  const seen = new Map<string, number[]>();

  const keysFor = (chat: Chat): [string, Rate][] =>
    rates.flatMap((rate) => {
      if (rate.per === 'group' && chat.type === 'private') return [];
      return [[`${rate.per}:${rate.windowMs}:${rate.per === 'bot' ? '' : chat.id}`, rate]];
    });

  const waitMs = (key: string, rate: Rate): number => {
    const recent = (seen.get(key) ?? []).filter((at) => at > now() - rate.windowMs);
    seen.set(key, recent);
    const oldest = recent.at(-rate.count);
    return oldest === undefined ? 0 : oldest + rate.windowMs - now();
  };

  return (method: string, chat: Chat | undefined): number => {
    if (chat === undefined || !PACED.has(method)) return 0;
    const keys = keysFor(chat);
    const wait = Math.max(0, ...keys.map(([key, rate]) => waitMs(key, rate)));
    if (wait > 0) return Math.ceil(wait / 1000);
    for (const [key] of keys) seen.get(key)?.push(now());
    return 0;
  };
};
