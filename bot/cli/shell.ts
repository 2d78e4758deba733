import type { Complaint } from '#db/config/read-config';
import type { Environment } from '#db/config/secret';
import { type Key, outside, plain, type Values, type Words, wordsOf } from '../cards/words.ts';

/** What a command of the shell works with. `user` is who the operating system says is running it. */
export type Shell = {
  readonly words: Words;
  readonly env: Environment;
  readonly user: string;
  readonly now: () => number;
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
};

/** One command: `run` gives the exit code; 0 good, 1 a "no", 2 wrong usage. */
export type ShellCommand = {
  readonly usage: string;
  readonly run: (shell: Shell, args: readonly string[]) => number | Promise<number>;
};

/** A sentence as plain text. */
export const said = ({ words }: Shell, key: Key, values?: Values): string => plain(words.say(key, values));

/** Says how a command is used; the exit code for it. */
export const misused = (shell: Shell, usage: string): number => {
  shell.complain(said(shell, 'cli.usage', { usage }));
  return 2;
};

/** Every complaint about a file as lines of text, each with its place and what was expected. */
export const complaintLines = (
  file: string,
  complaints: readonly Complaint[],
  words = wordsOf('en'),
): readonly string[] => {
  const text = (key: Key, values?: Values): string => plain(words.say(key, values));
  const rows = complaints.map(({ at, line, expected }) => {
    const place = line === null ? '' : text('cli.line', { line });
    const where = outside(at === '' ? text('cli.the-file') : at);
    return text('cli.complaint', { at: where, line: place, expected: outside(expected) });
  });
  return [text('cli.complaints', { file: outside(file), count: complaints.length }), ...rows];
};

/** Says everything that is wrong with a file; the exit code for it. */
export const printComplaints = (shell: Shell, file: string, complaints: readonly Complaint[]): number => {
  for (const line of complaintLines(file, complaints, shell.words)) shell.complain(line);
  return 1;
};
