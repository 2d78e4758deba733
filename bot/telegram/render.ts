import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { Attachment, Button, Card, Line, Span } from '../chat/card.ts';
import { showHidden, stripOutside } from '../chat/outside.ts';
import { BUTTONS_PER_ROW, LABEL, LIMITS } from './limits.ts';

/** A card as Telegram takes it. `file` goes along when the card names one, or when its diff does not fit whole. */
export type Rendered = {
  readonly html: string;
  readonly markup: typeof MARKUP & { readonly reply_markup: InlineKeyboardMarkup };
  readonly file: Pick<Attachment, 'name' | 'text'> | null;
};

/** HTML and the length Telegram measures: that of the text without tags and references, in UTF-16 units. */
type Piece = { readonly html: string; readonly length: number };

const MARKUP = { parse_mode: 'HTML', link_preview_options: { is_disabled: true } } as const;
const STYLES = { good: { style: 'success' }, danger: { style: 'danger' }, plain: {} } as const;

/**
 * Draws a card. What does not fit is cut in this order: `more`, then the diff (which goes whole into the file), and the
 * number of lines left out stands in its place. Should even `must` not fit, nothing may be approved from this card.
 */
export const render = (card: Card): Rendered => {
  const kept = rendered.get(card);
  if (kept) return kept;
  const fresh = draw(card);
  rendered.set(card, fresh);
  return fresh;
};

/** A card goes to several chats, and to those who ask before it changed. */
const rendered = new WeakMap<Card, Rendered>();

const draw = (card: Card): Rendered => {
  const must = fitLines(
    [drawLine(card.lead, true), ...card.must.map((line) => drawLine(line, false))],
    LIMITS.text,
  );
  const diff = card.diff === null ? NO_DIFF : drawDiff(card.diff, LIMITS.text - must.length);
  const rest = LIMITS.text - must.length - diff.piece.length;
  const more = fitLines(
    card.more.map((line) => drawLine(line, false)),
    rest,
  );
  return {
    html: [...must.html, ...more.html, ...(diff.piece.html === '' ? [] : [diff.piece.html])].join('\n'),
    markup: { ...MARKUP, reply_markup: { inline_keyboard: drawKeyboard(card.buttons, must.whole) } },
    file: card.attachment ?? (diff.whole ? null : { name: 'change.diff', text: card.diff ?? '' }),
  };
};

/** The card as one plain text of at most `longest` UTF-16 units: its lead, and with `lines` what must be said too. */
export const renderToast = (card: Card, lines: 'lead' | 'all'): string => {
  const shown = lines === 'lead' ? [card.lead] : [card.lead, ...card.must];
  return cut(shown.map((line) => line.map(plainSpan).join('')).join('\n'), LIMITS.toast);
};

/** Is the card no more than its lead, short enough for a toast? */
export const isToast = (card: Card): boolean =>
  card.must.length + card.more.length + card.buttons.length === 0 &&
  card.diff === null &&
  card.attachment === null &&
  card.lead.map(plainSpan).join('').length <= LIMITS.toast;

type Fitted = { readonly html: string[]; readonly length: number; readonly whole: boolean };

/** As many lines as fit into `room`, each with its line break, and a last one that counts those left out. */
const fitLines = (lines: readonly Piece[], room: number): Fitted => {
  const costs = lines.map((line) => line.length + 1);
  const all = costs.reduce((sum, cost) => sum + cost, 0);
  if (all <= room) return { html: lines.map((line) => line.html), length: all, whole: true };
  const kept: string[] = [];
  let length = LEFT_OUT;
  for (const line of lines) {
    if (length + line.length + 1 > room) break;
    kept.push(line.html);
    length += line.length + 1;
  }
  const counted = length <= room ? [leftOut(lines.length - kept.length)] : [];
  return { html: [...kept, ...counted], length: length <= room ? length : 0, whole: false };
};

/** Room for the line that counts what was left out: no card has a million lines. */
const LEFT_OUT = 12;
const leftOut = (lines: number): string => `… +${lines}`;

type Diff = { readonly piece: Piece; readonly whole: boolean };
const NO_DIFF: Diff = { piece: { html: '', length: 0 }, whole: true };

/** Nothing inside `pre` becomes a link or a mention; a quote folds what is long (only these two may be nested). */
const drawDiff = (diff: string, room: number): Diff => {
  const lines = showHidden(diff)
    .split('\n')
    .map((line): Piece => ({ html: escape(line), length: line.length }));
  const fitted = fitLines(lines, room);
  if (fitted.html.length === 0) return { ...NO_DIFF, whole: false };
  const pre = `<pre><code class="language-diff">${fitted.html.join('\n')}</code></pre>`;
  const html = fitted.html.length > FOLD ? `<blockquote expandable>${pre}</blockquote>` : pre;
  return { piece: { html, length: fitted.length }, whole: fitted.whole };
};

/** Longer diffs are folded; about what a phone shows without scrolling. */
const FOLD = 12;

const drawLine = (line: Line, bold: boolean): Piece => {
  const pieces = line.map((span) => drawSpan(span, bold));
  return {
    html: pieces
      .map((piece) => piece.html)
      .join('')
      .replaceAll('</b><b>', ''),
    length: pieces.reduce((sum, piece) => sum + piece.length, 0),
  };
};

const drawSpan = (span: Span, bold: boolean): Piece => {
  switch (span.span) {
    case 'text':
      return tagged(bold ? 'b' : null, span.text);
    case 'strong':
      return tagged('b', span.text);
    case 'code':
      return tagged('code', span.text);
    case 'outside': {
      const text = stripOutside(span.text);
      return tagged(WOULD_BE_LINKED.test(text) ? 'code' : bold ? 'b' : null, text);
    }
    case 'time': {
      const text = plainSpan(span);
      const format = span.style === 'relative' ? 'r' : 't';
      return {
        html: `<tg-time unix="${Math.floor(span.at / 1000)}" format="${format}">${text}</tg-time>`,
        length: text.length,
      };
    }
  }
};

const tagged = (tag: string | null, text: string): Piece => {
  const html = escape(text);
  return { html: tag === null || text === '' ? html : `<${tag}>${html}</${tag}>`, length: text.length };
};

/** A span without markup. Clients that do not know `tg-time` show the time in UTC, too. */
const plainSpan = (span: Span): string => {
  if (span.span === 'outside') return stripOutside(span.text);
  if (span.span !== 'time') return span.text;
  const iso = new Date(span.at).toISOString();
  return span.style === 'clock' ? `${iso.slice(11, 16)} UTC` : `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
};

/** In plain text the server makes links of #tags, $TAGS, /commands, addresses and long numbers; in code of nothing. */
const WOULD_BE_LINKED = /(?<![\w/])[#$/]\w|\w\.\w|:\/\/|\d{6}/;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;

/** Rows of buttons; where the card could not be shown whole, those that agree to something are left out. */
const drawKeyboard = (rows: Card['buttons'], whole: boolean): InlineKeyboardButton[][] =>
  rows.flatMap((row) => {
    const shown = row.filter((button) => whole || button.style !== 'good').map(drawButton);
    return Array.from({ length: Math.ceil(shown.length / BUTTONS_PER_ROW) }, (_, index) =>
      shown.slice(index * BUTTONS_PER_ROW, (index + 1) * BUTTONS_PER_ROW),
    );
  });

const drawButton = ({ label, token, style }: Button): InlineKeyboardButton => ({
  text: cut(stripOutside(label), LABEL),
  callback_data: token,
  ...STYLES[style],
});
