import type { Line, Span } from '../chat/card.ts';
import { showHidden, stripOutside } from '../chat/outside.ts';

/** `<!channel>` and links are markup only while these three are not escaped: https://docs.slack.dev/messaging/formatting-message-text#escaping. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Cut to so many UTF-16 units, without breaking a character. */
export const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** What mrkdwn would draw as bold, struck, quoted, code or a picture; it knows no way to escape these, but draws none in code. */
const WOULD_BE_FORMATTED = /(?<!\w)[*_~]|[*_~](?!\w)|`|:[\w+-]+:|^&gt;|^\s*>/;

const codeOf = (text: string): string => (text === '' ? '' : `\`${escape(text.replaceAll('`', 'ˋ'))}\``);

/** Stars count only beside the letters that they make bold. */
const boldOf = (text: string): string => {
  const [, before = '', inner = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  return inner === '' ? text : `${before}*${escape(inner.replaceAll('*', '∗'))}*${after}`;
};

/** A span without markup, for the header and the notification. */
const plainSpan = (span: Span): string => {
  if (span.span === 'outside') return stripOutside(span.text);
  if (span.span !== 'time') return span.text;
  const iso = new Date(span.at).toISOString();
  return span.style === 'clock' ? `${iso.slice(11, 16)} UTC` : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
};

export const plainLine = (line: Line): string => line.map(plainSpan).join('');

/** Readers see the time of their own zone: https://docs.slack.dev/messaging/formatting-message-text#date-formatting. */
const dateOf = (span: Extract<Span, { span: 'time' }>): string => {
  const drawn = span.style === 'relative' ? '{ago} ({time})' : '{time}';
  return `<!date^${Math.floor(span.at / 1000)}^${drawn}|${plainSpan(span)}>`;
};

const drawSpan = (span: Span): string => {
  switch (span.span) {
    case 'text':
      return escape(span.text);
    case 'strong':
      return boldOf(span.text);
    case 'code':
      return codeOf(span.text);
    case 'outside': {
      const text = stripOutside(span.text);
      return WOULD_BE_FORMATTED.test(text) ? codeOf(text) : escape(text);
    }
    case 'time':
      return dateOf(span);
  }
};

/** A line of mrkdwn. `whole`: nothing of it was left out. */
export type Drawn = { readonly text: string; readonly whole: boolean };

/** An escaped character is at most five long, and marks are two. */
const WORST = 5;

const shorten = (span: Span, room: number): string =>
  span.span === 'time' || room < 20
    ? ''
    : drawSpan({ ...span, text: cut(span.text, Math.floor((room - 2) / WORST)) });

/** Draws a line into at most `longest` UTF-16 units; what is too long is cut inside its span, so that no markup breaks. */
export const drawLine = (line: Line, longest: number): Drawn => {
  let text = '';
  for (const span of line) {
    const drawn = drawSpan(span);
    if (text.length + drawn.length > longest)
      return { text: `${text}${shorten(span, longest - text.length - 1)}…`.slice(0, longest), whole: false };
    text += drawn;
  }
  return { text, whole: true };
};

/** A line of a diff inside a fence: nothing vanishes, and no content closes the fence. */
export const diffLines = (diff: string): readonly string[] =>
  showHidden(diff).replaceAll('```', '``ˋ').split('\n').map(escape);
