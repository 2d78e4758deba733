import { decodeReferences } from './html-reference.ts';

export type Tag = { name: string; attributes: Record<string, string> };

const TAGS = new Set(
  'a b strong i em s strike del u ins tg-spoiler tg-emoji tg-time span pre code blockquote'.split(' '),
);

/** `r`, or any of day of week, date and time; https://core.telegram.org/bots/api#date-time-entity-formatting */
const TIME_FORMAT = /^(?:[rR]|[tTdDwW]*)$/;

const ATTRIBUTE = /\s*([^\s=>/"']+)\s*(?:=\s*(?:"([^"]*)(?:"|$)|'([^']*)(?:'|$)|([\w.-]*)(?=[\s>])))?/y;

/** One start tag at `at`, or the complaint in Telegram's words. */
export const readTag = (source: string, at: number): { tag: Tag; next: number } | string => {
  const where = `at byte offset ${Buffer.byteLength(source.slice(0, at))}`;
  const name = /[^\s>]*/y;
  name.lastIndex = at + 1;
  const tagName = (name.exec(source)?.[0] ?? '').toLowerCase();
  if (name.lastIndex >= source.length) return `Unclosed start tag ${where}`;
  if (!TAGS.has(tagName)) return `Unsupported start tag "${tagName}" ${where}`;
  const attributes: Record<string, string> = {};
  let next = name.lastIndex;
  while (source.slice(next).trimStart()[0] !== '>') {
    ATTRIBUTE.lastIndex = next;
    const [whole, key, double, single, bare] = ATTRIBUTE.exec(source) ?? [];
    if (whole === undefined || key === undefined) return badAttribute(source, next, { tagName, where });
    attributes[key] = decodeReferences(double ?? single ?? bare?.toLowerCase() ?? '');
    next += whole.length;
    if (next >= source.length) return `Unclosed start tag ${where}`;
  }
  const complaint = complain(tagName, attributes, where);
  return complaint ?? { tag: { name: tagName, attributes }, next: source.indexOf('>', next) + 1 };
};

const badAttribute = (source: string, at: number, tag: { tagName: string; where: string }): string =>
  source.slice(at).trim() === ''
    ? `Unclosed start tag "${tag.tagName}" ${tag.where}`
    : `Empty attribute name in the tag "${tag.tagName}" ${tag.where}`;

const complain = (name: string, attributes: Record<string, string>, where: string): string | undefined => {
  if (name === 'span' && attributes['class'] !== 'tg-spoiler')
    return `Tag "span" must have class "tg-spoiler" ${where}`;
  if (name === 'tg-emoji' && !/^[1-9]\d*$/.test(attributes['emoji-id'] ?? ''))
    return 'Invalid custom emoji identifier specified';
  if (name === 'tg-time' && !TIME_FORMAT.test(attributes['format'] ?? '')) return 'Invalid date format used';
  return undefined;
};
