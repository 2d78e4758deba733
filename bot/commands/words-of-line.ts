/** Longest line that is read (UTF-16 units); chat platforms stop at about 4,096. */
export const LONGEST_LINE = 4096;

/** A typed line as a command's name and its arguments; "a b" in quotes is one argument, also behind name=. */
export type TypedLine = { readonly command: string; readonly args: readonly string[] };

// Control characters and the bidi and zero-width ones that make text look like other text (Unicode TR 36, 3.2).
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

/** Reads a line; null for one that is no command (it does not begin with a slash). */
export const readLine = (text: string): TypedLine | null => {
  const clean = text.replace(INVISIBLE, '').trim();
  const [head, ...rest] = clean.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  if (!head?.startsWith('/') || head.length < 2) return null;
  const command = head.slice(1).toLowerCase().replaceAll('-', '_');
  return { command, args: rest.map((word) => word.replaceAll('"', '')) };
};
