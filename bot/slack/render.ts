import type { types } from '@slack/bolt';
import type { Attachment, Button, Card } from '../chat/card.ts';
import { stripOutside } from '../chat/outside.ts';
import { ACTION, BLOCKS, BUTTON, DRAWN } from './limits.ts';
import { cut, type Drawn, drawDiff, drawLine, escape, plainLine } from './rich.ts';
import { withCommand } from './typed.ts';

/** A card as Slack takes it: `text` is the notification. `file` goes along when the card names one or its diff does not fit whole. */
export type Rendered = {
  readonly text: string;
  readonly blocks: readonly types.KnownBlock[];
  readonly file: Pick<Attachment, 'name' | 'text'> | null;
};

/**
 * Draws a card, in which commands are named as they are typed here. What does not fit is cut in this order: `more`, then the diff (which goes whole into the file), and the
 * number of lines left out stands in its place. Should even `must` not fit, nothing may be approved from this card.
 */
export const render = (card: Card, command: string): Rendered => {
  const kept = rendered.get(card);
  if (kept?.command === command) return kept.drawn;
  const drawn = draw({
    ...card,
    lead: withCommand(card.lead, command),
    must: card.must.map((line) => withCommand(line, command)),
    more: card.more.map((line) => withCommand(line, command)),
  });
  rendered.set(card, { command, drawn });
  return drawn;
};

/** A card goes to several chats, and to those who ask before it changed. */
const rendered = new WeakMap<Card, { readonly command: string; readonly drawn: Rendered }>();

const draw = (card: Card): Rendered => {
  const head = drawHead(card);
  const must = fitLines(drawAll(card.must), DRAWN - head.length);
  const diff =
    card.diff === null
      ? NOTHING
      : fitLines(drawDiff(card.diff, BLOCKS.text), DRAWN - head.length - must.length);
  const more = fitLines(drawAll(card.more), DRAWN - head.length - must.length - diff.length);
  return {
    text: escape(cut([card.lead, ...card.must].map(plainLine).join('\n'), BLOCKS.text)),
    blocks: [
      ...head.blocks,
      ...packed(must.lines).map(paragraph),
      ...packed(diff.lines).map(preformatted),
      ...packed(more.lines).map(paragraph),
      ...drawButtons(card, head.whole && must.whole),
    ],
    file: card.attachment ?? (diff.whole ? null : { name: 'change.diff', text: card.diff ?? '' }),
  };
};

type Head = {
  readonly blocks: readonly types.KnownBlock[];
  readonly length: number;
  readonly whole: boolean;
};

/** A single line is said as it is; the first of several is a header, or bold where it holds a clock or is too long for one. */
const drawHead = (card: Card): Head => {
  const alone = card.must.length + card.more.length + card.buttons.length === 0 && card.diff === null;
  const plain = plainLine(card.lead);
  const fits =
    plain.trim() !== '' && plain.length <= BLOCKS.header && !card.lead.some(({ span }) => span === 'time');
  if (fits && !alone)
    return {
      blocks: [{ type: 'header', text: { type: 'plain_text', text: plain, emoji: false } }],
      length: plain.length,
      whole: true,
    };
  const line = drawLine(card.lead, BLOCKS.text, !alone);
  return { blocks: packed([line]).map(paragraph), length: line.length, whole: line.whole };
};

const drawAll = (lines: Card['must']): readonly Drawn[] => lines.map((line) => drawLine(line, BLOCKS.text));

type Fitted = { readonly lines: readonly Drawn[]; readonly length: number; readonly whole: boolean };
const NOTHING: Fitted = { lines: [], length: 0, whole: true };

/** As many lines as fit into `room`, each with its line break, and a last one that counts those left out. */
const fitLines = (lines: readonly Drawn[], room: number): Fitted => {
  const kept: Drawn[] = [];
  let length = 0;
  const all = lines.reduce((sum, line) => sum + line.length + 1, 0);
  const most = all <= room ? room : room - LEFT_OUT;
  for (const line of lines) {
    if (length + line.length + 1 > most) break;
    kept.push(line);
    length += line.length + 1;
  }
  const missing = lines.length - kept.length;
  if (missing === 0) return { lines: kept, length, whole: lines.every(({ whole }) => whole) };
  const counted = room < LEFT_OUT ? [] : [drawLine([{ span: 'text', text: `… +${missing}` }], LEFT_OUT)];
  return { lines: [...kept, ...counted], length: length + LEFT_OUT, whole: false };
};

/** Room for the line that counts what was left out: no card has a million lines. */
const LEFT_OUT = 12;

const BREAK = { type: 'text', text: '\n' } as const;

/** Lines that stand together in one block; of those without anything to be seen there is none, since Slack refuses it. */
const packed = (lines: readonly Drawn[]): readonly (readonly Drawn['elements'][number][])[] => {
  const blocks: Drawn['elements'][number][][] = [];
  let room = 0;
  for (const { elements, length } of lines) {
    const last = blocks.at(-1);
    if (last && length + 1 <= room) last.push(BREAK, ...elements);
    else {
      blocks.push([...elements]);
      room = BLOCKS.text + 1;
    }
    room -= length + 1;
  }
  return blocks.filter((block) => block.some((one) => one.type === 'date' || one.text.trim() !== ''));
};

type Elements = Drawn['elements'];

const paragraph = (elements: Elements): types.RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [...elements] }],
});

/** A diff is text and nothing else. */
const preformatted = (elements: Elements): types.RichTextBlock => ({
  type: 'rich_text',
  elements: [
    { type: 'rich_text_preformatted', elements: elements.filter((one) => one.type === 'text'), border: 0 },
  ],
});

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

/** `accessibility_label` is what a screen reader says: which change the button is about, too. */
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
