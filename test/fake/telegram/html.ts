import type { MessageEntity } from '@grammyjs/types';
import { type Answer, badRequest, ok } from './answer.ts';
import { decodeReference } from './html-reference.ts';
import { readTag, type Tag } from './html-tag.ts';

export type Formatted = { text: string; entities: MessageEntity[] };

type Simple = MessageEntity.CommonMessageEntity['type'];
type Open = Tag & { offset: number };

const SIMPLE: Readonly<Record<string, Simple>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  'tg-spoiler': 'spoiler',
  span: 'spoiler',
  code: 'code',
};

/**
 * Reads Telegram's HTML (https://core.telegram.org/bots/api#html-style) into text and entities, and complains as
 * `parse_html` of tdlib's MessageEntity.cpp does, byte offsets included.
 */
export const parseHtml = (source: string): Answer<Formatted> => {
  const open: Open[] = [];
  const entities: MessageEntity[] = [];
  let text = '';
  let at = 0;
  while (at < source.length) {
    const char = source[at] ?? '';
    if (char === '<') {
      const step = source[at + 1] === '/' ? closeTag(source, at, open) : openTag(source, at);
      if (!step.ok) return step;
      const { opened, closed, next } = step.result;
      if (opened !== undefined) open.push({ ...opened, offset: text.length });
      if (closed !== undefined) entities.push(...entityOf(closed, text, open.at(-1)));
      at = next;
    } else {
      const reference = char === '&' ? decodeReference(source, at) : undefined;
      text += reference?.char ?? char;
      at = reference?.next ?? at + 1;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed !== undefined)
    return cannotParse(`Can't find end tag corresponding to start tag "${unclosed.name}"`);
  return ok({ text, entities: entities.sort((a, b) => a.offset - b.offset || b.length - a.length) });
};

type Step = { next: number; opened?: Tag; closed?: Open };

const openTag = (source: string, at: number): Answer<Step> => {
  const tag = readTag(source, at);
  return typeof tag === 'string' ? cannotParse(tag) : ok({ next: tag.next, opened: tag.tag });
};

const closeTag = (source: string, at: number, open: Open[]): Answer<Step> => {
  const last = open.at(-1);
  const where = `at byte offset ${Buffer.byteLength(source.slice(0, at))}`;
  if (last === undefined) return cannotParse(`Unexpected end tag ${where}`);
  const end = /<\/([^\s>]*)\s*(>?)/y;
  end.lastIndex = at;
  const [, name = '', bracket] = end.exec(source) ?? [];
  if (bracket !== '>') return cannotParse(`Unclosed end tag ${where}`);
  const found = name.toLowerCase();
  if (found !== '' && found !== last.name)
    return cannotParse(`Unmatched end tag ${where}, expected "</${last.name}>", found "</${found}>"`);
  open.pop();
  return ok({ next: end.lastIndex, closed: last });
};

type Span = { readonly offset: number; readonly length: number };
type Attributed = (span: Span, attributes: Tag['attributes'], inside: string) => MessageEntity | undefined;

/** Tags whose attributes say what their entity is. */
const ATTRIBUTED: Readonly<Record<string, Attributed>> = {
  blockquote: (span, { expandable }) => ({
    ...span,
    type: expandable === undefined ? 'blockquote' : 'expandable_blockquote',
  }),
  pre: (span, { language }) => ({ ...span, type: 'pre', ...(language === undefined ? {} : { language }) }),
  'tg-time': (span, { unix, format }) =>
    Number(unix) > 0
      ? // readTag let only formats of this type through.
        { ...span, type: 'date_time', unix_time: Number(unix), date_time_format: (format ?? '') as 'r' }
      : undefined,
  a: (span, { href }, inside) => ({ ...span, type: 'text_link', url: href ?? inside }),
};

const LANGUAGE = 'language-';

const entityOf = (tag: Open, text: string, parent: Open | undefined): MessageEntity[] => {
  const span = { offset: tag.offset, length: text.length - tag.offset };
  if (span.length === 0) return [];
  if (tag.name === 'code' && parent?.name === 'pre' && tag.attributes['class']?.startsWith(LANGUAGE)) {
    parent.attributes['language'] = tag.attributes['class'].slice(LANGUAGE.length);
    return [];
  }
  const simple = SIMPLE[tag.name];
  const entity =
    simple === undefined
      ? ATTRIBUTED[tag.name]?.(span, tag.attributes, text.slice(tag.offset))
      : { ...span, type: simple };
  return entity === undefined ? [] : [entity];
};

const cannotParse = (why: string) => badRequest(`can't parse entities: ${why}`);
