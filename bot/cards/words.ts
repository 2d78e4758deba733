import { IntlMessageFormat } from 'intl-messageformat';
import type { Line, Span } from '../chat/card.ts';
import de from './locales/de.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fr from './locales/fr.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import pt from './locales/pt.json' with { type: 'json' };
import { inEnglish, languageOf, saidIn } from './sentence.ts';

/** Every sentence there is; English has them all, and what another language lacks is said in English, whole. A test holds them to it. */
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

/** Some of the sentences, or all of them. */
type Table = { readonly [K in Key]?: string };
type WholeTable = Required<Table>;

const LOCALES: { readonly [locale: string]: Table } = { en, es, de, fr, it, pt };

/** The languages that we speak, by their codes (ISO 639-1). */
export const LANGUAGES: readonly string[] = Object.keys(LOCALES);

/** Do we speak a language in every sentence? */
export const isWhole = (language: string): boolean =>
  Object.keys(en).every((key) => Object.hasOwn(LOCALES[language] ?? {}, key));

/** What a language is called by those who speak it: "español". */
export const languageName = (language: string): string =>
  new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;

/** Every language that is complete, `first` before the others; English in its place where we do not speak it. */
export const languages = (first: string): readonly string[] => [
  ...new Set([spoken(first) ?? 'en', ...LANGUAGES.filter(isWhole)]),
];

/** Text that came from outside: names, notes, logs. */
export const outside = (text: string): Span => ({ span: 'outside', text });
/** A moment (ms), drawn as "4 minutes ago". */
export const when = (at: number): Span => ({ span: 'time', at, style: 'relative' });
/** A moment (ms), drawn as the time of day. */
export const clock = (at: number): Span => ({ span: 'time', at, style: 'clock' });
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

/** The language we speak for a locale: itself, or the one without its region; undefined for one that we do not speak. */
const spoken = (locale: string): string | undefined =>
  [locale, locale.slice(0, 2)].find((name) => Object.hasOwn(LOCALES, name));

/** The sentences of one table as spans, as they stand there. */
const openTable = (table: WholeTable, language: string): ((key: Key, values: Values) => Line) => {
  const formats = new Map<Key, IntlMessageFormat>();
  const formatOf = (key: Key): IntlMessageFormat => {
    const known = formats.get(key);
    if (known) return known;
    const format = new IntlMessageFormat(table[key], language, undefined, { ignoreTag: true });
    formats.set(key, format);
    return format;
  };
  return (key, values) =>
    joined(
      formatOf(key)
        .formatToParts<unknown>(values)
        .flatMap((part) => toSpans(part.value)),
    );
};

const allInEnglish = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, inEnglish(value)]));

/**
 * The words of a language that may lack some: a sentence that it lacks, or that holds one which it lacks, is English from its
 * first word to its last, with the plurals and numbers of English.
 */
export const openWords = (locale: string, own: Table, english: WholeTable): Words => {
  const inOwn = openTable({ ...english, ...own }, locale);
  const inEn = openTable(english, 'en');
  const sayEnglish = (key: Key, values: Values): Line => {
    const line = inEn(key, allInEnglish(values));
    return saidIn(line, { language: 'en', english: () => line });
  };
  const fresh = (key: Key, values: Values): Line => {
    const isEnglish = own[key] === undefined || languageOf(Object.values(values)) === 'en';
    if (isEnglish || locale === 'en') return sayEnglish(key, values);
    return saidIn(inOwn(key, values), { language: locale, english: () => sayEnglish(key, values) });
  };
  const whole = new Map<Key, Line>();
  const say = (key: Key, values?: Values): Line => {
    if (values) return fresh(key, values);
    const known = whole.get(key) ?? fresh(key, {});
    whole.set(key, known);
    return known;
  };
  return { locale, say };
};

const opened = new Map<string, Words>();

/**
 * The words of the first of these languages that we speak, else of English: what somebody chose, what their platform says of
 * them, what the chats speak. Each sentence is read once in the life of a process.
 */
export const wordsOf = (...locales: readonly (string | null | undefined)[]): Words => {
  const language = locales.flatMap((locale) => spoken(locale ?? '') ?? [])[0] ?? 'en';
  const known = opened.get(language);
  if (known) return known;
  const words = openWords(language, LOCALES[language] ?? {}, en);
  opened.set(language, words);
  return words;
};

/** Several lines or spans one after the other, with `between` in between. */
export const listed = (items: readonly (Line | string)[], between = ', '): Line => {
  const line = joined(
    items.flatMap((item, index): Line => {
      const spans: Line = typeof item === 'string' ? [{ span: 'text', text: item }] : item;
      return index === 0 ? spans : [{ span: 'text', text: between }, ...spans];
    }),
  );
  const language = languageOf(items);
  if (language === undefined) return line;
  return saidIn(line, { language, english: () => listed(items.map(inEnglish), between) });
};

/** The plain text of a line, for sorting, toasts and tests; times are left out. */
export const plain = (line: Line): string =>
  line.map((span) => (span.span === 'time' ? '' : span.text)).join('');
