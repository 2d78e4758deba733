import { z } from 'zod';
import { readWith } from './read-with.ts';

/** Name of a script of a node's catalogue, by which people ask for it. */
export const ScriptName = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'a script name such as tune-journal');

/**
 * What a plan of a script may be short of, and is made all the same where whoever asks for it says so. `left-out`: calls that are
 * no files and that Quorate does not do are left out. `unanswered`: it asked the host something that a rehearsal does not know.
 * `failed`: it ended with an error, and what it changed until then is all. `unseen`: contents that no diff shows.
 */
export const SHORTFALLS = ['left-out', 'unanswered', 'failed', 'unseen'] as const;
/** Reads a shortfall. */
export const Shortfall = z.enum(SHORTFALLS);
export type Shortfall = z.infer<typeof Shortfall>;

/** One prepared answer: for the first dialog whose words hold `matches`. `code` as dialog(1) ends: 0 yes, 1 no, 255 escape. */
export type ScriptAnswer = { readonly matches: string; readonly code: number; readonly text?: string };

/** Longest text of answers (UTF-16 units): it stands in the request, and a line has 4,096. */
const LONGEST = 2000;

const CODES: { readonly [word: string]: number } = { yes: 0, ok: 0, no: 1, cancel: 1, escape: 255 };

const answerOf = (part: string): ScriptAnswer | undefined => {
  const at = part.lastIndexOf('=');
  const matches = part.slice(0, at).trim();
  const said = part.slice(at + 1).trim();
  if (at < 1 || matches === '' || said === '') return undefined;
  const code = CODES[said.toLowerCase()];
  return code === undefined ? { matches, code: 0, text: said } : { matches, code };
};

const partsOf = (text: string): readonly string[] => text.split(';').filter((part) => part.trim() !== '');

/** The answers of a text that `AnswersText` has read. */
export const answersIn = (text: string): readonly ScriptAnswer[] =>
  partsOf(text).flatMap((part) => answerOf(part) ?? []);

/** Answers to dialogs as people type them: `Use ZFS?=yes; Size in MiB=4096`, each used once, in this order. */
const AnswersText = z
  .string()
  .min(1)
  .max(LONGEST)
  .refine((text) => partsOf(text).length > 0 && partsOf(text).every((part) => answerOf(part) !== undefined));

const isAll = (words: readonly string[]): words is Shortfall[] =>
  words.every((word) => readWith(Shortfall, word).success);

/** The shortfalls of a text that `AcceptText` has read. */
export const acceptedIn = (text: string): readonly Shortfall[] => {
  const words = text.split(',');
  return isAll(words) ? words : [];
};

/** Shortfalls as people type them: `left-out,failed`, each once. */
const AcceptText = z.string().refine((text) => {
  const words = text.split(',');
  return isAll(words) && new Set(words).size === words.length;
});

/** What is asked of a script: which, its dialogs' answers, and what the plan may be short of. All of it is part of the plan's hash. */
export const ScriptRequest = z.strictObject({
  script: ScriptName,
  answers: AnswersText.exactOptional(),
  accept: AcceptText.exactOptional(),
});
