import { type Answer, badForm, ERRORS } from './answer.ts';
import { type Body, list, record, text } from './body.ts';
import { complainRows, complainV2, flat } from './components.ts';
import type { Limits } from './limits.ts';
import type { Message } from './world.ts';

/** IS_COMPONENTS_V2 and EPHEMERAL. */
const V2 = 1 << 15;
export const EPHEMERAL = 1 << 6;

type Content = Pick<Message, 'content' | 'embeds' | 'components' | 'flags' | 'files' | 'pings'>;

const embedLength = (embed: unknown): number => {
  const { title, description, footer, author, fields } = record(embed);
  const texts = [title, description, record(footer)['text'], record(author)['name']];
  const rows = list(fields).flatMap((field) => [record(field)['name'], record(field)['value']]);
  return [...texts, ...rows].reduce<number>((sum, one) => sum + text(one).length, 0);
};

const complainEmbeds = (embeds: readonly unknown[], limits: Limits): string | undefined => {
  if (embeds.length > limits.embeds) return `at most ${limits.embeds} embeds`;
  for (const embed of embeds.map(record)) {
    if (text(embed['title']).length > limits.embedTitle) return `title at most ${limits.embedTitle}`;
    if (text(embed['description']).length > limits.embedText)
      return `description at most ${limits.embedText}`;
    if (list(embed['fields']).length > limits.embedFields) return `at most ${limits.embedFields} fields`;
  }
  const all = embeds.reduce<number>((sum, embed) => sum + embedLength(embed), 0);
  return all > limits.embedTotal ? `embeds at most ${limits.embedTotal} together` : undefined;
};

/** Files in the order of `attachments`, which names them. */
const filesOf = (body: Body): Content['files'] =>
  list(body.json['attachments']).flatMap((one) => {
    const { id, filename } = record(one);
    const file = body.files.get(String(id));
    return file === undefined ? [] : [{ name: text(filename) || file.name, text: file.text }];
  });

const RINGS = /@(?:everyone|here)|<@[!&]?\d+>/;

/** Would somebody be rung at? Without `allowed_mentions` everybody who is mentioned is. */
const pingsOf = (json: Body['json'], shown: string): boolean => {
  const allowed = json['allowed_mentions'];
  return RINGS.test(shown) && (allowed === undefined || list(record(allowed)['parse']).length > 0);
};

const complain = (content: Content, limits: Limits): Answer | undefined => {
  const { flags, components, embeds } = content;
  if ((flags & V2) !== 0) {
    if (content.content !== '' || embeds.length > 0) return badForm('content', 'not with components');
    const wrong = complainV2(
      components,
      limits,
      content.files.map(({ name }) => name),
    );
    return wrong === undefined ? undefined : badForm('components', wrong);
  }
  if (content.content.length > limits.content) return badForm('content', `at most ${limits.content}`);
  const wrong = complainEmbeds(embeds, limits) ?? complainRows(components, limits);
  if (wrong !== undefined) return badForm('embeds', wrong);
  return content.content === '' && embeds.length === 0 && content.files.length === 0
    ? ERRORS.emptyMessage
    : undefined;
};

/** What a request puts into a message, or why it cannot. */
export const readContent = (body: Body, limits: Limits): Content | Answer => {
  const { json } = body;
  const components = list(json['components']);
  const shown = [text(json['content']), ...flat(components).map((part) => text(part['content']))].join('\n');
  const files = filesOf(body);
  if (files.some((file) => Buffer.byteLength(file.text) > limits.file) || body.bytes > limits.request)
    return { status: 413, body: { code: 40005, message: 'Request entity too large' } };
  const content: Content = {
    content: text(json['content']),
    embeds: list(json['embeds']),
    components,
    flags: Number(json['flags'] ?? 0),
    files,
    pings: pingsOf(json, shown),
  };
  return complain(content, limits) ?? content;
};

export const isAnswer = (value: object): value is Answer => 'status' in value;
