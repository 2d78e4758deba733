import { IntlMessageFormat } from 'intl-messageformat';
import type { Line, Span } from '../chat/card.ts';
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };

/** Every sentence there is; English is complete by definition, other locales are held to it by a test. */
export type Key = keyof typeof en;

/** Is there a sentence with this name? */
export const isKey = (text: string): text is Key => Object.hasOwn(en, text);

/** What fills the holes of a sentence: our own words, numbers, or spans (outside text, times, whole lines). */
export type Values = { readonly [name: string]: string | number | Span | Line };

/** Puts words on facts, in one language. */
export type Words = {
  readonly locale: string;
  /** A sentence as spans: what came from outside stays marked as such. Throws where a hole has no value. */
  readonly say: (key: Key, values?: Values) => Line;
};

const LOCALES: { readonly [locale: string]: { readonly [K in Key]: string } } = { en, es };

/** Every language that is complete, `first` before the others; English in its place where we do not speak it. */
export const languages = (first: string): readonly string[] => [
  ...new Set([spoken(first), ...Object.keys(LOCALES)]),
];

/** Text that came from outside: names, notes, logs. */
export const outside = (text: string): Span => ({ span: 'outside', text });
/** A moment (ms), drawn as "4 minutes ago". */
export const when = (at: number): Span => ({ span: 'time', at, style: 'relative' });
/** Text in a fixed-width face. */
export const code = (text: string): Span => ({ span: 'code', text });

const toSpans = (value: unknown): Line => {
  if (typeof value === 'string' || typeof value === 'number') return [{ span: 'text', text: String(value) }];
  // Values holds nothing but text, numbers, a Span or a Line; the formatter gives back what it was given.
  return Array.isArray(value) ? (value as Line) : [value as Span];
};

const joined = (spans: Line): Line => {
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (last?.span === 'text' && span.span === 'text')
      out[out.length - 1] = { span: 'text', text: last.text + span.text };
    else out.push(span);
  }
  return out;
};

/** The language we speak for a locale: itself, else the one without its region, else English. */
const spoken = (locale: string): string =>
  [locale, locale.slice(0, 2)].find((name) => Object.hasOwn(LOCALES, name)) ?? 'en';

const openWords = (language: string): Words => {
  const table = LOCALES[language] ?? en;
  const formats = new Map<Key, IntlMessageFormat>();
  const formatOf = (key: Key): IntlMessageFormat => {
    const known = formats.get(key);
    if (known) return known;
    const format = new IntlMessageFormat(table[key], language, undefined, { ignoreTag: true });
    formats.set(key, format);
    return format;
  };
  const filled = (key: Key, values: Values): Line =>
    joined(
      formatOf(key)
        .formatToParts<unknown>(values)
        .flatMap((part) => toSpans(part.value)),
    );
  const whole = new Map<Key, Line>();
  const say = (key: Key, values?: Values): Line => {
    if (values) return filled(key, values);
    const known = whole.get(key) ?? filled(key, {});
    whole.set(key, known);
    return known;
  };
  return { locale: language, say };
};

const opened = new Map<string, Words>();

/** The words of a language; one we do not speak is answered in English. Each sentence is read once in the life of a process. */
export const wordsOf = (locale: string): Words => {
  const language = spoken(locale);
  const known = opened.get(language);
  if (known) return known;
  const words = openWords(language);
  opened.set(language, words);
  return words;
};

/** Several lines or spans one after the other, with `between` in between. */
export const listed = (items: readonly (Line | string)[], between = ', '): Line =>
  joined(
    items.flatMap((item, index): Line => {
      const spans: Line = typeof item === 'string' ? [{ span: 'text', text: item }] : item;
      return index === 0 ? spans : [{ span: 'text', text: between }, ...spans];
    }),
  );

/** The plain text of a line, for sorting, toasts and tests; times are left out. */
export const plain = (line: Line): string =>
  line.map((span) => (span.span === 'time' ? '' : span.text)).join('');
