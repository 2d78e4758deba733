import { HIDDEN } from '../chat/outside.ts';

/** Longest line that is read (UTF-16 units); chat platforms stop at about 4,096. */
export const LONGEST_LINE = 4096;

/** A typed line as a command's name and its arguments; "a b" in quotes is one argument, also behind name=. */
export type TypedLine = { readonly command: string; readonly args: readonly string[] };

const visible = (text: string): string =>
  text.toWellFormed().replace(HIDDEN, (char) => (/\s/.test(char) ? ' ' : ''));

/** Reads a line, without what cannot be seen; null for one that is no command (it does not begin with a slash). */
export const readLine = (text: string): TypedLine | null => {
  const [head, ...rest] = visible(text).match(/(?:[^\s"]|"[^"]*")+/g) ?? [];
  if (!head?.startsWith('/') || head.length < 2) return null;
  const command = head.slice(1).toLowerCase().replaceAll('-', '_');
  return { command, args: rest.map((word) => word.replaceAll('"', '')) };
};
