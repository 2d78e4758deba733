import { HIDDEN } from '../chat/outside.ts';
import type { Option } from './option.ts';
import { COMMANDS } from './table.ts';

/** What was chosen in the fields of a command, by the name of each. */
export type Filled = { readonly [option: string]: string };

/** Quotes and what cannot be seen have a meaning in a line, and none in a value. */
const plain = (value: string): string =>
  value.toWellFormed().replace(HIDDEN, ' ').replaceAll('"', "'").trim();

const quoted = (text: string): string => (/^[^\s"]+$/.test(text) ? text : `"${text}"`);

/** A value that stands by its place must not look as if it had a name: the names of guests, changes and people have no "=". */
const wordOf = ({ name, named }: Option, value: string): string =>
  named ? `${name}=${quoted(value)}` : quoted(value.replaceAll('=', '＝'));

/** Options that stand by their place end where one was left out: what comes behind would be read as that one. */
const given = (options: readonly Option[], filled: Filled): readonly (readonly [Option, string])[] => {
  const missing = options.findIndex(({ name, named }) => !named && !plain(filled[name] ?? ''));
  return options.flatMap((option, index) => {
    const value = plain(Object.hasOwn(filled, option.name) ? (filled[option.name] ?? '') : '');
    return value === '' || (!option.named && missing !== -1 && index > missing) ? [] : [[option, value]];
  });
};

/**
 * A form as the line that people type: `/stop 101 reason="it hangs"`. Whatever stands in a field stays one argument. Null for a
 * command that there is not, or with a field that it has not.
 */
export const typedLine = (command: string, filled: Filled): string | null => {
  const found = COMMANDS.find(({ name }) => name === command);
  const { options = [] } = found ?? {};
  if (!found || Object.keys(filled).some((name) => !options.some((option) => option.name === name)))
    return null;
  // What has a name goes last, so that what stands by its place is counted from the first.
  const words = given(options, filled).toSorted(([a], [b]) => Number(a.named) - Number(b.named));
  return [`/${command}`, ...words.map(([option, value]) => wordOf(option, value))].join(' ');
};
