import type { types } from '@slack/bolt';
import type { Attachment, Button, Card } from '../chat/card.ts';
import { stripOutside } from '../chat/outside.ts';
import { ACTION, BLOCKS, BUTTON, DRAWN } from './limits.ts';
import { cut, type Drawn, diffLines, drawLine, escape, plainLine } from './mrkdwn.ts';

/** A card as Slack takes it: `text` is the notification. `file` goes along when the card names one or its diff does not fit whole. */
export type Rendered = {
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
  readonly file: Pick<Attachment, 'name' | 'text'> | null;
};

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
  const head = drawHead(card);
  const must = fitLines(drawAll(card.must), DRAWN - head.length);
  const diff =
    card.diff === null
      ? NOTHING
      : fitLines(diffLines(card.diff).map(diffLine), DRAWN - head.length - must.length);
  const more = fitLines(drawAll(card.more), DRAWN - head.length - must.length - diff.length);
  const whole = head.whole && must.whole;
  return {
    text: escape(cut([card.lead, ...card.must].map(plainLine).join('\n'), BLOCKS.section)),
    blocks: [
      ...head.blocks,
      ...packed(must.lines, BLOCKS.section).map(section),
      ...packed(diff.lines, BLOCKS.section - FENCE.length * 2 - 2).map(fenced),
      ...packed(more.lines, BLOCKS.section).map(isPage(card) ? section : context),
      ...drawButtons(card, whole),
    ],
    file: card.attachment ?? (diff.whole ? null : { name: 'change.diff', text: card.diff ?? '' }),
  };
};

/** A card that asks nothing: its further lines are what somebody wanted to read, so they are not made small. */
const isPage = ({ buttons, diff }: Card): boolean => buttons.length === 0 && diff === null;

type Head = {
  readonly blocks: readonly types.KnownBlock[];
  readonly length: number;
  readonly whole: boolean;
};

/** A single line is said as it is; the first of several is a header, or bold where it holds a clock or is too long for one. */
const drawHead = (card: Card): Head => {
  const alone = isPage(card) && card.must.length + card.more.length === 0;
  const plain = plainLine(card.lead).trim();
  const fits =
    plain !== '' && plain.length <= BLOCKS.header && !card.lead.some(({ span }) => span === 'time');
  if (fits && !alone)
    return {
      blocks: [{ type: 'header', text: { type: 'plain_text', text: plain, emoji: false } }],
      length: plain.length,
      whole: true,
    };
  const { text, whole } = drawLine(card.lead, BLOCKS.section);
  return { blocks: text.trim() === '' ? [] : [section(text)], length: text.length, whole };
};

const drawAll = (lines: Card['must']): readonly Drawn[] =>
  lines.map((line) => drawLine(line, BLOCKS.section));

const FENCE = '```';

/** One line of a diff is cut where it alone would not fit a block; the file has it whole. */
const diffLine = (text: string): Drawn => {
  const longest = BLOCKS.section - FENCE.length * 2 - 2;
  return text.length <= longest ? { text, whole: true } : { text: cutEscaped(text, longest), whole: false };
};

/** Cuts escaped text without leaving half of `&amp;` behind. */
const cutEscaped = (text: string, longest: number): string =>
  `${text.slice(0, longest - 1).replace(/(&[a-z]*|[\ud800-\udbff])$/, '')}…`;

type Fitted = { readonly lines: readonly string[]; readonly length: number; readonly whole: boolean };
const NOTHING: Fitted = { lines: [], length: 0, whole: true };

/** As many lines as fit into `room`, each with its line break, and a last one that counts those left out. */
const fitLines = (lines: readonly Drawn[], room: number): Fitted => {
  const kept: string[] = [];
  let length = 0;
  const all = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
  const most = all <= room ? room : room - LEFT_OUT;
  for (const { text } of lines) {
    if (length + text.length + 1 > most) break;
    kept.push(text);
    length += text.length + 1;
  }
  const missing = lines.length - kept.length;
  if (missing === 0) return { lines: kept, length, whole: lines.every(({ whole }) => whole) };
  const counted = room < LEFT_OUT ? [] : [`… +${missing}`];
  return { lines: [...kept, ...counted], length: length + LEFT_OUT, whole: false };
};

/** Room for the line that counts what was left out: no card has a million lines. */
const LEFT_OUT = 12;

/** Lines joined to texts of at most `most`; a text without anything to be seen is none, since Slack refuses it. */
const packed = (lines: readonly string[], most: number): readonly string[] => {
  const texts: string[] = [];
  let text: string | null = null;
  for (const line of lines) {
    const longer: string = text === null ? line : `${text}\n${line}`;
    if (text !== null && longer.length > most) {
      texts.push(text);
      text = line;
    } else text = longer;
  }
  return [...texts, text ?? ''].filter((one) => one.trim() !== '');
};

const mrkdwn = (text: string): types.MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true });
const section = (text: string): types.KnownBlock => ({ type: 'section', text: mrkdwn(text) });
const fenced = (text: string): types.KnownBlock => section(`${FENCE}\n${text}\n${FENCE}`);
const context = (text: string): types.KnownBlock => ({ type: 'context', elements: [mrkdwn(text)] });

const STYLES = { good: { style: 'primary' }, danger: { style: 'danger' }, plain: {} } as const;

/** Rows of buttons; where the card could not be shown whole, those that agree to something are left out. */
const drawButtons = (card: Card, whole: boolean): readonly types.KnownBlock[] =>
  card.buttons
    .map((row) => row.filter((button) => whole || button.style !== 'good'))
    .filter((row) => row.length > 0)
    .slice(0, BLOCKS.rows)
    .map((row) => ({
      type: 'actions',
      elements: row
        .slice(0, BLOCKS.actions)
        .map((button, place) => drawButton(button, place, plainLine(card.lead))),
    }));

const drawButton = ({ label, token, style }: Button, place: number, lead: string): types.Button => {
  const text = cut(stripOutside(label), BUTTON.label);
  return {
    type: 'button',
    text: { type: 'plain_text', text, emoji: false },
    action_id: `${ACTION}${place}`,
    value: token,
    accessibility_label: cut(`${text}: ${lead}`, BUTTON.label),
    ...STYLES[style],
  };
};
