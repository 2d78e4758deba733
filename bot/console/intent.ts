import type { Intent } from '../chat/intent.ts';
import { CONSOLE_CHAT, PLATFORM } from './limits.ts';

/** Somebody said something at the terminal, or pressed the button with that number. */
export type Typed =
  | { readonly who: string; readonly text: string }
  | { readonly who: string; readonly number: number };

/** `@omar /stop 101`, `@ada 2` or, for whoever spoke last, the same without a name; null for an empty line. */
export const readTyped = (line: string, last: string): Typed | null => {
  const [, who = last, said = ''] = /^\s*(?:@([a-z][a-z0-9-]{0,31})(?:\s+|$))?(.*?)\s*$/s.exec(line) ?? [];
  if (said === '') return null;
  return /^\d{1,6}$/.test(said) ? { who, number: Number(said) } : { who, text: said };
};

type Source = { readonly event: string; readonly who: string; readonly at: number };

/** A typed line as an intent. The account's id is the name that was typed: only a demo names people so. */
export const intentOf = ({ event, who, at }: Source, does: Intent['does']): Intent => ({
  event,
  account: { platform: PLATFORM, tenant: '', id: who },
  place: { platform: PLATFORM, chat: CONSOLE_CHAT, private: true },
  at,
  locale: null,
  does,
  reply: who,
});
