import type { types } from '@slack/bolt';
import type { Line, Span } from '../chat/card.ts';
import { showHidden, stripOutside } from '../chat/outside.ts';

type Element = types.RichTextText | types.RichTextDate;

/**
 * A line as elements of rich text, and how long it is to read in UTF-16 units. `whole`: nothing of it was left out. Rich text and
 * not mrkdwn, because mrkdwn has no way to show a star, a backtick or `:smile:` that came from outside as what it is; the text
 * of an element is never read for markup, mentions or links.
 */
export type Drawn = {
  readonly elements: readonly Element[];
  readonly length: number;
  readonly whole: boolean;
};

/** The notification is read as mrkdwn: there `<!channel>` rings while these are not escaped. https://docs.slack.dev/messaging/formatting-message-text#escaping */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Cut to so many UTF-16 units, without breaking a character. */
export const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** A span without markup, for the header and the notification. */
const plainSpan = (span: Span): string => {
  if (span.span === 'outside') return stripOutside(span.text);
  if (span.span !== 'time') return span.text.toWellFormed();
  const iso = new Date(span.at).toISOString();
  return span.style === 'clock' ? `${iso.slice(11, 16)} UTC` : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
};

export const plainLine = (line: Line): string => line.map(plainSpan).join('');

/** Readers see the time of their own zone: https://docs.slack.dev/messaging/formatting-message-text#date-formatting. */
const DATES = { relative: '{ago} ({time})', clock: '{time}' } as const;

const textOf = (text: string, style: types.RichTextText['style']): types.RichTextText => ({
  type: 'text',
  text,
  ...(style ? { style } : {}),
});

const STYLES = { text: undefined, outside: undefined, strong: { bold: true }, code: { code: true } } as const;

const drawSpan = (span: Span, text: string, bold: boolean): Element => {
  if (span.span === 'time') {
    const timestamp = Math.floor(span.at / 1000);
    return { type: 'date', timestamp, format: DATES[span.style], fallback: text };
  }
  return textOf(text, bold && span.span !== 'code' ? STYLES.strong : STYLES[span.span]);
};

/** Draws a line that is at most `longest` UTF-16 units to read. */
export const drawLine = (line: Line, longest: number, bold = false): Drawn => {
  const elements: Element[] = [];
  let length = 0;
  for (const span of line) {
    const text = plainSpan(span);
    if (text === '') continue;
    const room = longest - length;
    if (text.length > room) {
      const rest = room > 0 ? [textOf(span.span === 'time' ? '…' : cut(text, room), undefined)] : [];
      return { elements: [...elements, ...rest], length: longest, whole: false };
    }
    elements.push(drawSpan(span, text, bold));
    length += text.length;
  }
  return { elements, length, whole: true };
};

/** The lines of a diff. Nothing vanishes, and nothing in it can end the block that it stands in. */
export const drawDiff = (diff: string, longest: number): readonly Drawn[] =>
  showHidden(diff)
    .split('\n')
    .map((line) => drawLine([{ span: 'text', text: line }], longest));
