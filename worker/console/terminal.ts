import { coloured } from './colours.ts';

/** Where a command of the console writes, and what it reads there. */
export type Terminal = {
  readonly print: (lines: readonly string[]) => Promise<void>;
  readonly complain: (line: string) => void;
  /** The answer of whoever sits there; null where nobody does. */
  readonly ask: (question: string) => Promise<string | null>;
};

/** Lines as one text, in colours where they are wanted. */
export const textOf = (lines: readonly string[], colours: boolean): string =>
  lines.map((line) => `${coloured(line, colours)}\n`).join('');
