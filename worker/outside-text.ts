import { showHidden } from './hidden-characters.ts';

/** The beginning of a text, never half a surrogate pair, and how many UTF-16 units of it were left out. */
const cut = (text: string, most: number): string => {
  if (text.length <= most) return text;
  const head = text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
  return `${head}… (+${text.length - head.length})`;
};

/**
 * Text of Proxmox, of a program or of the system as a report carries it: well-formed, one line, at most `most` characters
 * and the number of those that were left out. What cannot be seen is shown by its number.
 */
export const outsideText = (text: string, most: number): string =>
  showHidden(cut(text.toWellFormed().trimEnd(), most));
