import assert from 'node:assert/strict';
import type { Readable, Writable } from 'node:stream';

/** How long a card may take to appear (ms). */
const PATIENCE = 60_000;

/** A person's side of a console: says lines, and waits for the cards that answer. */
export type Transcript = {
  /** Types a line. */
  say(line: string): void;
  /** The next card that was not expected before and matches; fails with what was seen instead. */
  expect(pattern: RegExp): Promise<string>;
  /** Presses the button with this label on a card, as somebody. */
  press(who: string, card: string, label: string): void;
};

/** What differs from run to run and means nothing to the story. */
const PASSING: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{12}…/g, 'HASH…'],
  [/UPID:[^\s]+/g, 'UPID'],
  [/\d\d:\d\d UTC/g, 'CLOCK'],
  // What took less than a second does not say so, and on a busy machine the same step takes more.
  [/(?: · |\n {2})Took (?:\d+ \w+ ?)+/g, ''],
  [/(in )?\d+ (second|minute|hour|day)s?( ago)?|(?<=as of )now/g, 'TIME'],
  [/\[\d+\]/g, '[N]'],
  [/\/(?:tmp|dev\/shm)\/[^\s]+/g, 'PATH'],
  [/CPU \d+ %/g, 'CPU N %'],
  [/digest=[0-9a-f]+/g, 'digest=DIGEST'],
  [/quorate change [a-z2-7]{20}/g, 'quorate change ID'],
];

/** A card without what passes: equal over every transport. */
export const steady = (card: string): string =>
  PASSING.reduce((text, [pattern, word]) => text.replaceAll(pattern, word), card);

/** Follows a console. `print` gets what the story shows: lines as typed and cards as expected, in the story's order. */
export const follow = (input: Writable, output: Readable, print: (text: string) => void): Transcript => {
  const cards: string[] = [];
  let rest = '';
  const waiting = new Set<() => void>();
  const take = (lines: readonly string[]): void => {
    for (const line of lines) {
      if (line.startsWith('  ') && cards.length > 0) cards[cards.length - 1] += `\n${line}`;
      else if (line !== '') cards.push(line);
    }
    for (const look of waiting) look();
  };
  output.setEncoding('utf8');
  output.on('data', (chunk: string) => {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    take(lines);
  });

  const next = (pattern: RegExp): string | undefined => {
    const index = cards.findIndex((card) => pattern.test(card));
    return index === -1 ? undefined : cards.splice(index, 1)[0];
  };
  const wait = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const card = next(pattern);
        if (card === undefined) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(card);
      };
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(
          new assert.AssertionError({
            message: `no card ${pattern} within ${PATIENCE} ms; seen:\n${cards.join('\n')}`,
          }),
        );
      }, PATIENCE);
      waiting.add(look);
      look();
    });

  return {
    say: (line) => {
      print(`> ${line}`);
      input.write(`${line}\n`);
    },
    expect: async (pattern) => {
      const card = await wait(pattern);
      // Lines of a card may arrive in two chunks: the rest of this one is there in the next turn.
      await new Promise((resolve) => setTimeout(resolve, 20));
      print(steady(card));
      return card;
    },
    press: (who, card, label) => {
      const number = new RegExp(`\\[(\\d+)\\] ${label}`).exec(card)?.[1];
      assert.ok(number, `no button "${label}" on:\n${card}`);
      print(`> @${who} presses ${label}`);
      input.write(`@${who} ${number}\n`);
    },
  };
};
