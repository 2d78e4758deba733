import type { Line } from '../chat/card.ts';
import { outside, type Words } from './words.ts';

/** One thing wrong with a file: where, its line, what was expected. */
type Complaint = { readonly at: string; readonly line: number | null; readonly expected: string };

/** A complaint about a file in words. */
export const complaintText = (words: Words, { at, line, expected }: Complaint): Line =>
  words.say('cli.complaint', {
    at: at === '' ? words.say('cli.the-file') : outside(at),
    line: line === null ? '' : words.say('cli.line', { line }),
    expected: outside(expected),
  });
