import { isText, list, parseJson, record } from './args.ts';
import type { Limits } from './limits.ts';

export type Block = Readonly<Record<string, unknown>>;

type Complain = (block: Block, limits: Limits) => string | undefined;

/** Why a text object may not stand there; undefined where it may. */
const badText = (value: unknown, most: number, types: readonly unknown[]): string | undefined => {
  const { type, text } = record(value);
  if (!types.includes(type)) return `must be one of ${types.join(', ')}`;
  if (!isText(text) || text.length === 0) return 'must be more than 0 characters';
  return text.length > most ? `must be less than ${most + 1} characters` : undefined;
};

const ANY = ['plain_text', 'mrkdwn'];
const PLAIN = ['plain_text'];
const STYLES: readonly unknown[] = [undefined, 'primary', 'danger'];

const badConfirm = (value: unknown): string | undefined => {
  if (value === undefined) return undefined;
  const { title, text, confirm, deny } = record(value);
  return (
    badText(title, 100, PLAIN) ??
    badText(text, 300, ANY) ??
    badText(confirm, 30, PLAIN) ??
    badText(deny, 30, PLAIN)
  );
};

const badButton = (button: Block, limits: Limits): string | undefined => {
  const { type, text, value, action_id: id, style, accessibility_label: label, confirm } = button;
  if (type !== 'button') return `unsupported type: ${String(type)}`;
  if (!STYLES.includes(style)) return 'invalid style';
  if (value !== undefined && (!isText(value) || value.length > limits.buttonValue))
    return 'value is too long';
  if (!isText(id) || id.length > limits.id) return 'action_id is missing or too long';
  if (label !== undefined && (!isText(label) || label.length > limits.buttonText))
    return 'accessibility_label is too long';
  return badText(text, limits.buttonText, PLAIN) ?? badConfirm(confirm);
};

const RICH: readonly unknown[] = ['rich_text_section', 'rich_text_preformatted', 'rich_text_quote'];
const INLINE: readonly unknown[] = [
  'text',
  'date',
  'link',
  'user',
  'usergroup',
  'channel',
  'broadcast',
  'emoji',
];

/** Slack writes down no size of rich text; that of a section's text is kept to. */
const badRich = ({ type, elements }: Block, limits: Limits): string | undefined => {
  const all = list(elements).map(record);
  if (!RICH.includes(type)) return `unsupported type: ${String(type)}`;
  if (all.length === 0) return 'must provide elements';
  if (all.some((one) => !INLINE.includes(one['type']))) return 'unsupported type of element';
  if (type === 'rich_text_preformatted' && all.some((one) => one['type'] === 'date'))
    return 'unsupported type: date';
  if (all.some(({ type, text }) => type === 'text' && (!isText(text) || text === '')))
    return 'must be more than 0 characters';
  const length = all.reduce((sum, one) => sum + richText(one).length, 0);
  return length > limits.sectionText ? `must be less than ${limits.sectionText + 1} characters` : undefined;
};

/** What an element of rich text shows. */
export const richText = ({ text, fallback }: Block): string =>
  isText(text) ? text : isText(fallback) ? fallback : '';

const COMPLAIN: Readonly<Record<string, Complain>> = {
  divider: () => undefined,
  rich_text: ({ elements }, limits) => {
    const all = list(elements).map(record);
    if (all.length === 0) return 'must provide elements';
    return all.map((one) => badRich(one, limits)).find((why) => why !== undefined);
  },
  header: ({ text }, limits) => badText(text, limits.headerText, PLAIN),
  section: ({ text, fields }, limits) => {
    const all = list(fields);
    if (text === undefined && all.length === 0) return 'text or fields must be given';
    if (all.length > limits.fields) return 'no more than 10 items allowed [fields]';
    const field = all.map((one) => badText(one, limits.fieldText, ANY)).find((why) => why !== undefined);
    return field ?? (text === undefined ? undefined : badText(text, limits.sectionText, ANY));
  },
  context: ({ elements }, limits) => {
    const all = list(elements);
    if (all.length === 0 || all.length > limits.contextElements)
      return 'between 1 and 10 items allowed [elements]';
    return all.map((one) => badText(one, limits.sectionText, ANY)).find((why) => why !== undefined);
  },
  actions: ({ elements }, limits) => {
    const all = list(elements).map(record);
    if (all.length === 0 || all.length > limits.elements) return 'between 1 and 25 items allowed [elements]';
    if (new Set(all.map((one) => one['action_id'])).size !== all.length)
      return 'action_id must be unique in a block';
    return all.map((one) => badButton(one, limits)).find((why) => why !== undefined);
  },
};

const complainOf = (block: Block, limits: Limits): string | undefined => {
  const { type, block_id: id } = block;
  if (id !== undefined && (!isText(id) || id.length > limits.id)) return 'block_id is too long';
  const complain = isText(type) && Object.hasOwn(COMPLAIN, type) ? COMPLAIN[type] : undefined;
  return complain ? complain(block, limits) : `unsupported type: ${String(type)}`;
};

/** The blocks of a call, or what is wrong with them in words like Slack's. None is an empty list. */
export const readBlocks = (
  text: string | undefined,
  limits: Limits,
): { readonly blocks: readonly Block[] } | { readonly complaint: string } => {
  if (text === undefined || text === '') return { blocks: [] };
  const read = parseJson(text);
  if (!Array.isArray(read)) return { complaint: 'must be a list [json-pointer:/blocks]' };
  if (read.length > limits.blocks)
    return { complaint: `no more than ${limits.blocks} items allowed [json-pointer:/blocks]` };
  const blocks = read.map(record);
  for (const [index, block] of blocks.entries()) {
    const why = complainOf(block, limits);
    if (why !== undefined) return { complaint: `${why} [json-pointer:/blocks/${index}]` };
  }
  return { blocks };
};
