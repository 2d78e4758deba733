import type { Writable } from 'node:stream';
import type { Button, Card } from '../chat/card.ts';
import { renderText } from './render.ts';

/** Where cards are drawn. `interactive`: somebody sits there, and a line may be half typed when a card comes. */
export type ScreenParts = {
  readonly output: Writable;
  /** ms since 1970. */
  readonly now: () => number;
  readonly locale: string;
  readonly interactive: boolean;
};

/** A button that was drawn: what a press of it says, and on which message it is. */
export type Shown = { readonly token: string; readonly message: string };

/** The cards that people at the console saw. */
export type Screen = {
  /** Draws a card as the message of that name, with `head` before it; says whether people see anything new. */
  readonly draw: (card: Card, message: string, head: string) => boolean;
  /** The button with that number; one that no card has where the number stands for none. */
  readonly button: (number: number) => Shown;
};

/** Buttons by the number people type; the same button keeps its number when its card is drawn again. */
const numbering = () => {
  const shown: Shown[] = [];
  const numberOf =
    (message: string) =>
    (button: Button): number => {
      const known = shown.findIndex((other) => other.token === button.token);
      return known === -1 ? shown.push({ token: button.token, message }) : known + 1;
    };
  return { numberOf, at: (number: number): Shown | undefined => shown[number - 1] };
};

/** Back to the first column, and nothing behind it: ECMA-48 EL. */
const CLEAR_LINE = '\r\u001b[K';

const NO_BUTTON: Shown = { token: 'none', message: 'none' };

/** A screen on which nothing was drawn yet. */
export const openScreen = ({ output, now, locale, interactive }: ScreenParts): Screen => {
  const buttons = numbering();
  const seen = new Map<string, string>();
  return {
    draw: (card, message, head) => {
      const drawing = { now: now(), locale, numberOf: buttons.numberOf(message) };
      const text = renderText(card, drawing).join('\n');
      if (seen.get(message) === text) return false;
      seen.set(message, text);
      // A card may come while a line is being typed: it goes above that line, which is drawn again.
      output.write(`${interactive ? CLEAR_LINE : ''}${head}${text}\n`);
      return true;
    },
    button: (number) => buttons.at(number) ?? NO_BUTTON,
  };
};
