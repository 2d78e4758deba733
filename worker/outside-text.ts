/** Control, bidi, zero-width, tag and other characters that nobody sees (Unicode TR 36). */
const HIDDEN =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const byNumber = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

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
  cut(text.toWellFormed().trimEnd(), most).replace(HIDDEN, byNumber);
