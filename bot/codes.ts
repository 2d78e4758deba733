import type { Intent } from './chat/intent.ts';
import { HIDDEN } from './chat/outside.ts';
import { readLine } from './commands/words-of-line.ts';

/** Six digits that stand alone, also as apps show them, in two groups. */
const LIKE_A_CODE = /(?<![\p{L}\p{N}])\d{3}[ \u00a0-]?\d{3}(?![\p{L}\p{N}])/gu;

/** Everything in a text that could be a code of a second factor, as its six digits. */
export const codesIn = (text: string): readonly string[] =>
  [...text.replace(HIDDEN, '').matchAll(LIKE_A_CODE)].map(([code]) => code.replace(/\D/g, ''));

/** A text without what could be a code, where `keeps` does not say that it is something else. */
export const withoutCodes = (text: string, keeps: (digits: string) => boolean = () => false): string =>
  codesIn(text).length === 0
    ? text
    : text
        .replace(HIDDEN, '')
        .replace(LIKE_A_CODE, (code) => (keeps(code.replace(/\D/g, '')) ? code : '••••••'));

/** An intent as it is kept when it is dealt with: nobody reads it again, so it goes without anything that could be a code. */
export const keptWhenDone = (intent: Intent): string => {
  const { does } = intent;
  if (does.what === 'press') return JSON.stringify(intent);
  return JSON.stringify({ ...intent, does: { ...does, text: withoutCodes(does.text) } });
};

/** An intent as it is kept to be taken up at the next start: by then a code is worth nothing, and what else it says matters. */
export const keptForLater = (intent: Intent): string =>
  intent.does.what === 'line' && readLine(intent.does.text)?.command === 'code'
    ? keptWhenDone(intent)
    : JSON.stringify(intent);
