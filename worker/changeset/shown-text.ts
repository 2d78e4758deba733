import { isUtf8 } from 'node:buffer';
import { showHidden } from '../hidden-characters.ts';
import type { BytePath } from './change.ts';

/** Text with everything that could deceive a reader shown by its number; lines and tabs stay. */
export const shownText = (text: string): string => showHidden(text, '\n\t');

const byte = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A path for people, on one line: as UTF-8 where it is that, else its bytes above 127 by their number. */
export const shownPath = (path: BytePath): string => {
  const bytes = Buffer.from(path, 'latin1');
  const text = isUtf8(bytes) ? bytes.toString('utf8') : path.replace(/[\x80-\xff]/g, byte);
  return showHidden(text);
};
