// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/gs;

/** Control, bidi, zero-width, tag and other invisible characters that make text look like what it is not (Unicode TR 36). */
export const HIDDEN =
  /[\p{Cc}\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text from outside as one harmless line: no escape sequences, nothing invisible, no `@` that rings at somebody. */
export const stripOutside = (text: string): string =>
  text
    .toWellFormed()
    .replace(ANSI, '')
    .replace(/[\r\n\t]+/g, ' ')
    .replace(HIDDEN, '')
    .replaceAll('@', '＠');

/** In a diff nothing may vanish: what cannot be seen is shown by its number. */
export const showHidden = (text: string): string =>
  text
    .toWellFormed()
    .replace(HIDDEN, (char) =>
      char === '\n' || char === '\t' ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
    );
