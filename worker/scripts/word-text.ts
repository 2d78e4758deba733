import type { Word, WordPart } from 'unbash';
import type { Text } from './invocation.ts';

const PLAIN: readonly WordPart['type'][] = ['Literal', 'SingleQuoted', 'AnsiCQuoted', 'Glob', 'ExtendedGlob'];
const QUOTED: readonly WordPart['type'][] = ['DoubleQuoted', 'LocaleString', 'BraceExpansion'];

const isPlain = (part: WordPart): boolean =>
  PLAIN.includes(part.type) ||
  (QUOTED.includes(part.type) && 'parts' in part && (part.parts ?? []).every(isPlain));

/** What a word says with its quotes taken off; null where a variable or a command makes up some of it. */
export const wordText = (word: Word): Text => ((word.parts ?? []).every(isPlain) ? word.value : null);
