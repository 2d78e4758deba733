import type { Line } from '../chat/card.ts';

/** In which language a line was said, and the same in English. Lines of nothing but outside text have no language. */
type Origin = { readonly language: string; readonly english: () => Line };

const origins = new WeakMap<Line, Origin>();

const originOf = (value: unknown): Origin | undefined =>
  Array.isArray(value) ? origins.get(value as Line) : undefined; // what is in no map is found by no key

/** Notes how a line was said, and gives it back. */
export const saidIn = (line: Line, origin: Origin): Line => {
  origins.set(line, origin);
  return line;
};

/** The language of what is put together: English where any of it is, since then all of it has to be; undefined for none. */
export const languageOf = (parts: readonly unknown[]): string | undefined => {
  const languages = parts.flatMap((part) => originOf(part)?.language ?? []);
  return languages.includes('en') ? 'en' : languages[0];
};

/** The same in English; what has no language stays as it is. */
export const inEnglish = <T>(value: T): T | Line => originOf(value)?.english() ?? value;
