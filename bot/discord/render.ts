import {
  type APIComponentInContainer,
  type APIContainerComponent,
  ButtonStyle,
  ComponentType,
  MessageFlags,
} from 'discord.js';
import type { Attachment, Button, Card, Tone } from '../chat/card.ts';
import { stripOutside } from '../chat/outside.ts';
import { BUTTONS, FILE_BYTES, LIMITS } from './limits.ts';
import { diffLines, drawLine } from './markdown.ts';

/**
 * A card as Discord takes it: components and no embed, since embeds vanish for whoever has link previews off, and where the
 * bot may not embed, while the buttons under them stay. `file` goes along when the card names one or its diff is cut.
 */
export type Rendered = {
  readonly body: typeof BODY & { readonly components: [APIContainerComponent] };
  readonly file: Pick<Attachment, 'name' | 'text'> | null;
};

/** Nobody is rung at, whatever a card says. */
const BODY = { flags: MessageFlags.IsComponentsV2, allowed_mentions: { parse: [] as never[] } } as const;

const COLOURS: { readonly [T in Tone]: number } = {
  waiting: 0xf1c40f,
  running: 0x3498db,
  good: 0x2ecc71,
  bad: 0xe74c3c,
  neutral: 0x95a5a6,
  unknown: 0xe67e22,
};

type Style = ButtonStyle.Success | ButtonStyle.Danger | ButtonStyle.Secondary;
const STYLES: { readonly [S in Button['style']]: Style } = {
  good: ButtonStyle.Success,
  danger: ButtonStyle.Danger,
  plain: ButtonStyle.Secondary,
};

/**
 * Draws a card. What does not fit is cut in this order: `more`, then the diff (which goes whole into the file), and the
 * number of lines left out stands in its place. Should even `must` not fit, or the file, nothing may be approved from this card.
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
  const must = fitLines([drawLine(card.lead, true), ...card.must.map((line) => drawLine(line))], LIMITS.text);
  const diff = card.diff === null ? NO_DIFF : drawDiff(card.diff, LIMITS.text - must.length);
  const rest = LIMITS.text - must.length - diff.length;
  const more = fitLines(
    card.more.map((line) => drawLine(line)),
    rest,
  );
  const wanted = fileOf(card, diff.whole);
  const file = wanted !== null && Buffer.byteLength(wanted.text) <= FILE_BYTES ? wanted : null;
  const shown = must.whole && file === wanted;
  const inside = [
    ...texts([must.lines.join('\n'), more.lines.join('\n'), diff.text]),
    ...(file === null ? [] : [drawFile(file)]),
    ...drawRows(card.buttons, shown),
  ];
  const colour = COLOURS[card.tone];
  const container = { type: ComponentType.Container as const, accent_color: colour, components: inside };
  return { body: { ...BODY, components: [container] }, file };
};

/** Names that Discord keeps as they are; it alters all others, and the card could not point to its file. */
const fileOf = ({ attachment, diff }: Card, whole: boolean): Rendered['file'] => {
  if (attachment === null) return whole ? null : { name: 'change.diff', text: diff ?? '' };
  const name = attachment.name.replace(/[^A-Za-z0-9._-]/g, '_').replace(/^[._]+/, '');
  return { name: name === '' ? 'change.diff' : name.slice(-100), text: attachment.text };
};

/** Text must not be empty; what is without any is left out, and a card without any says so. */
const texts = (parts: readonly string[]): APIComponentInContainer[] => {
  const filled = parts.map((part) => part.trim()).filter((part) => part !== '' && part !== '###');
  return (filled.length === 0 ? ['…'] : filled).map((content) => ({
    type: ComponentType.TextDisplay,
    content,
  }));
};

const drawFile = ({ name }: Pick<Attachment, 'name'>): APIComponentInContainer => ({
  type: ComponentType.File,
  file: { url: `attachment://${name}` },
});

type Fitted = { readonly lines: readonly string[]; readonly length: number; readonly whole: boolean };

/** As many lines as fit into `room`, each with its line break, and a last one that counts those left out. */
const fitLines = (lines: readonly string[], room: number): Fitted => {
  const all = lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (all <= room) return { lines, length: all, whole: true };
  const kept: string[] = [];
  let length = LEFT_OUT;
  for (const line of lines) {
    if (length + line.length + 1 > room) break;
    kept.push(line);
    length += line.length + 1;
  }
  if (length > room) return { lines: [], length: 0, whole: false };
  return { lines: [...kept, `… +${lines.length - kept.length}`], length, whole: false };
};

/** Room for the line that counts what was left out: no card has a million lines. */
const LEFT_OUT = 12;

type Diff = { readonly text: string; readonly length: number; readonly whole: boolean };
const NO_DIFF: Diff = { text: '', length: 0, whole: true };
const FENCE = '```diff\n\n```'.length;

/** Discord colours what stands in a fence as a diff, and makes nothing of it into links or mentions. */
const drawDiff = (diff: string, room: number): Diff => {
  const fitted = fitLines(diffLines(diff), room - FENCE);
  if (fitted.lines.length === 0) return { ...NO_DIFF, whole: false };
  const text = `\`\`\`diff\n${fitted.lines.join('\n')}\n\`\`\``;
  return { text, length: fitted.length + FENCE, whole: fitted.whole };
};

/** Rows of buttons; where the card could not be shown whole, those that agree to something are left out. */
const drawRows = (rows: Card['buttons'], whole: boolean): APIComponentInContainer[] => {
  const seen = new Set<string>();
  const fits = ({ token, style }: Button): boolean => {
    if (seen.has(token) || token === '' || token.length > BUTTONS.id) return false;
    seen.add(token);
    return whole || style !== 'good';
  };
  return rows
    .flatMap((row) => inRows(row.filter(fits)))
    .slice(0, BUTTONS.rows)
    .map((row) => ({ type: ComponentType.ActionRow, components: row.map(drawButton) }));
};

const inRows = (row: readonly Button[]): readonly (readonly Button[])[] =>
  Array.from({ length: Math.ceil(row.length / BUTTONS.inRow) }, (_, index) =>
    row.slice(index * BUTTONS.inRow, (index + 1) * BUTTONS.inRow),
  );

const drawButton = ({ label, token, style }: Button) => ({
  type: ComponentType.Button as const,
  style: STYLES[style],
  label: cut(stripOutside(label).trim() || '…', BUTTONS.label),
  custom_id: token,
});

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
