import type { Text } from './invocation.ts';

/** Programs that run the command after their options, and the options of theirs that take a word of their own. */
const WRAPPERS: { readonly [name: string]: readonly string[] } = {
  sudo: ['-u', '-g', '-h', '-p', '-C', '-D', '-R', '-T', '-U'],
  doas: ['-u', '-C'],
  env: ['-u', '-C', '-S'],
  nice: ['-n'],
  ionice: ['-c', '-n', '-p'],
  nohup: [],
  setsid: [],
  timeout: ['-k', '-s'],
  stdbuf: ['-i', '-o', '-e'],
  chroot: [],
  command: [],
  builtin: [],
  exec: ['-a'],
  xargs: ['-I', '-n', '-P', '-L', '-d', '-E', '-s', '-a'],
  time: ['-f', '-o'],
  busybox: [],
};

/** Words before the command itself that are no options: how long, or where. */
const OPERANDS: { readonly [name: string]: number } = { timeout: 1, chroot: 1 };

/** Wrappers whose command outlives the script. */
export const DETACHING: readonly string[] = ['nohup', 'setsid'];

const isAssignment = (word: Text): boolean => word !== null && /^[A-Za-z_]\w*=/.test(word);

/** A program's name without its folder. */
export const baseName = (word: Text): Text => (word === null ? null : word.slice(word.lastIndexOf('/') + 1));

const afterOptions = (words: readonly Text[], taking: readonly string[]): readonly Text[] => {
  const [first, ...rest] = words;
  if (first === '--') return rest;
  if (isAssignment(first ?? null)) return afterOptions(rest, taking);
  if (!first?.startsWith('-')) return words;
  return afterOptions(taking.includes(first) ? rest.slice(1) : rest, taking);
};

/** A command's words without the wrappers before it, and the names of those. */
export const unwrap = (
  words: readonly Text[],
  wrappers: readonly string[] = [],
): { readonly words: readonly Text[]; readonly wrappers: readonly string[] } => {
  const name = baseName(words[0] ?? null);
  const taking = name !== null && Object.hasOwn(WRAPPERS, name) ? WRAPPERS[name] : undefined;
  if (name === null || taking === undefined) return { words, wrappers };
  const rest = afterOptions(words.slice(1), taking).slice(OPERANDS[name] ?? 0);
  return rest.length === 0 ? { words, wrappers } : unwrap(rest, [...wrappers, name]);
};
