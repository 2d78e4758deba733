/** Control, bidi, zero-width, tag and other characters that nobody sees (Unicode TR 36). */
const HIDDEN =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

const byNumber = (char: string): string => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;

/** A text with every character that could deceive a reader shown by its number, but for those of `kept`. */
export const showHidden = (text: string, kept = ''): string =>
  text.replace(HIDDEN, (char) => (kept.includes(char) ? char : byNumber(char)));
