import { isUtf8 } from 'node:buffer';
import type { BytePath } from './change.ts';

/** Control characters (tab and line end aside), bidi, zero-width, tag and others that nobody sees (Unicode TR 36). */
const HIDDEN =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const byNumber = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

/** Text with everything that could deceive a reader shown by its number; lines stay lines. */
export const shownText = (text: string): string => text.replace(HIDDEN, byNumber);

const byte = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A path for people, on one line: as UTF-8 where it is that, else its bytes above 127 by their number. */
export const shownPath = (path: BytePath): string => {
  const bytes = Buffer.from(path, 'latin1');
  const text = isUtf8(bytes) ? bytes.toString('utf8') : path.replace(/[\x80-\xff]/g, byte);
  return shownText(text).replace(/[\n\t]/g, byNumber);
};
