import type { MessageEntity } from '@grammyjs/types';
import { type Answer, badRequest, ok } from './answer.ts';
import { type Args, text } from './args.ts';
import { type Formatted, parseHtml } from './html.ts';
import type { Limits } from './limits.ts';

/** Which argument is read, how long it may be after parsing, and the words when it is longer. */
const FIELDS = {
  text: { longest: (limits: Limits) => limits.text, tooLong: 'message is too long' },
  caption: { longest: (limits: Limits) => limits.caption, tooLong: 'message caption is too long' },
} as const;

/** Reads text or caption in its parse mode, trims it and measures it as the server does. */
export const readFormatted = (
  args: Args,
  field: keyof typeof FIELDS,
  limits: Limits,
): Answer<Formatted & { html: string | undefined }> => {
  const source = text(args, field);
  if (Buffer.byteLength(source) > limits.rawTextBytes) return badRequest('text is too long');
  const mode = text(args, 'parse_mode').toLowerCase();
  if (mode !== '' && mode !== 'html') return badRequest('unsupported parse_mode');
  const parsed = mode === 'html' ? parseHtml(source) : ok({ text: source, entities: [] });
  if (!parsed.ok) return parsed;
  const trimmed = trim(parsed.result);
  if (trimmed.text.length > FIELDS[field].longest(limits)) return badRequest(FIELDS[field].tooLong);
  const entities = [...trimmed.entities, ...findMentions(trimmed)].sort((a, b) => a.offset - b.offset);
  return ok({ text: trimmed.text, entities, html: mode === 'html' ? source : undefined });
};

const trim = ({ text: whole, entities }: Formatted): Formatted => {
  const cut = whole.length - whole.trimStart().length;
  const kept = whole.trim();
  const moved = entities.flatMap((entity) => {
    const from = Math.max(entity.offset - cut, 0);
    const to = Math.min(entity.offset - cut + entity.length, kept.length);
    return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
  });
  return { text: kept, entities: moved };
};

/** What the server marks by itself outside code: each rings at somebody, or does something when it is touched. */
const BY_ITSELF = [
  { type: 'mention', pattern: /(?<![\w@])@[a-z]\w{3,31}/gi },
  { type: 'hashtag', pattern: /(?<![\w&/#])#\w*[a-z_]\w*/gi },
  { type: 'cashtag', pattern: /(?<![\w$])\$[A-Z]{1,8}\b/g },
  { type: 'bot_command', pattern: /(?<![\w/<>])\/[a-z]\w{0,31}(?:@\w+)?(?![\w/])/gi },
  { type: 'url', pattern: /(?<![\w.@])(?:https?:\/\/)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?:\/\S*)?/gi },
] as const;

const findMentions = ({ text: whole, entities }: Formatted): MessageEntity[] =>
  BY_ITSELF.flatMap(({ type, pattern }) =>
    [...whole.matchAll(pattern)].flatMap((match) => {
      const span = { offset: match.index, length: match[0].length };
      const inCode = entities.some(
        (entity) =>
          (entity.type === 'code' || entity.type === 'pre') &&
          entity.offset <= span.offset &&
          entity.offset + entity.length >= span.offset + span.length,
      );
      return inCode ? [] : [{ ...span, type }];
    }),
  );
