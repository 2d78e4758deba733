import { languageOf } from '../cards/sentence.ts';
import type { Button, Card, Line, Span } from '../chat/card.ts';
import { showHidden, stripOutside } from '../chat/outside.ts';

const STEPS: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
];

/** Nothing happens "in 0 seconds"; and nothing "yesterday" that was 25 hours ago. */
const relativeIn = (locale: string, isNow: boolean): Intl.RelativeTimeFormat =>
  new Intl.RelativeTimeFormat(locale, { numeric: isNow ? 'auto' : 'always' });

const relative = (at: number, now: number, locale: string): string => {
  const away = at - now;
  const [size, unit] = STEPS.find(([size]) => Math.abs(away) >= size) ?? [1000, 'second'];
  const count = Math.trunc(away / size);
  return relativeIn(locale, count === 0).format(count, unit);
};

/** How a card is drawn: the moment it is drawn at (ms), the language of times that stand in no sentence, and the number of each button. */
export type Drawing = {
  readonly now: number;
  readonly locale: string;
  readonly numberOf: (button: Button) => number;
};

const spanText = (span: Span, { now, locale }: Drawing): string => {
  if (span.span === 'outside') return stripOutside(span.text);
  if (span.span !== 'time') return span.text;
  return span.style === 'relative'
    ? relative(span.at, now, locale)
    : `${new Date(span.at).toISOString().slice(11, 16)} UTC`;
};

/** Times are in the language of their sentence, which may be the reader's own and not the console's. */
const lineText = (line: Line, drawing: Drawing): string => {
  const locale = languageOf([line]) ?? drawing.locale;
  return line.map((span) => spanText(span, { ...drawing, locale })).join('');
};

/** A card as lines of text; the numbers stand for the buttons. */
export const renderText = (card: Card, drawing: Drawing): readonly string[] => {
  const body = [...card.must, ...card.more].map((line) => `  ${lineText(line, drawing)}`);
  const diff =
    card.diff === null
      ? []
      : showHidden(card.diff)
          .split('\n')
          .map((line) => `  | ${line}`);
  const buttons = card.buttons.map(
    (row) => `  ${row.map((button) => `[${drawing.numberOf(button)}] ${button.label}`).join('  ')}`,
  );
  return [lineText(card.lead, drawing), ...body, ...diff, ...buttons];
};
