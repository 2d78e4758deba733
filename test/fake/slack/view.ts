import { isText, list, record } from './args.ts';
import { type Block, richText } from './blocks.ts';
import type { Post, Room, World } from './world.ts';

type SeenButton = { label: string; value: string; style: string | undefined };

/** A message as people see it now. `mentions`: whom or what its markup would ring at or link to. */
export type Seen = {
  ts: string;
  text: string;
  fallback: string;
  mentions: readonly string[];
  blocks: readonly Block[];
  buttons: readonly SeenButton[];
  file: Post['file'];
  edits: number;
  thread: string | undefined;
  fromBot: boolean;
};

/** Markup that Slack acts on: mentions and links, but not dates. https://docs.slack.dev/messaging/formatting-message-text */
const mentionsIn = (text: string): readonly string[] =>
  [...text.matchAll(/<([@#!]|https?:|mailto:)[^>]*>/g)]
    .map(([whole]) => whole)
    .filter((whole) => !whole.startsWith('<!date^'));

/** What stands there when the markup is drawn. */
export const drawn = (text: string): string =>
  text
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

const inlinesOf = (block: Block): readonly Block[] =>
  block['type'] === 'rich_text'
    ? list(block['elements']).flatMap((part) => list(record(part)['elements']).map(record))
    : [];

/** Elements of rich text that ring at somebody or lead somewhere. */
const liveIn = (block: Block): readonly string[] =>
  inlinesOf(block)
    .filter(({ type }) => type !== 'text' && type !== 'date')
    .map((one) => JSON.stringify(one));

const richOf = (block: Block): readonly { type: unknown; text: string }[] => {
  const inlines = inlinesOf(block);
  return inlines.length === 0 ? [] : [{ type: 'rich_text', text: inlines.map(richText).join('') }];
};

const textsOf = (block: Block): readonly { type: unknown; text: string }[] =>
  [block['text'], ...list(block['fields']), ...(block['type'] === 'context' ? list(block['elements']) : [])]
    .map(record)
    .flatMap(({ type, text }) => (isText(text) ? [{ type, text }] : []));

const buttonsOf = (block: Block): readonly SeenButton[] =>
  block['type'] === 'actions'
    ? list(block['elements'])
        .map(record)
        .map(({ text, value, style }) => ({
          label: String(record(text)['text']),
          value: String(value),
          style: isText(style) ? style : undefined,
        }))
    : [];

const drawnBlock = (block: Block): readonly string[] =>
  [...textsOf(block), ...richOf(block)].map(({ type, text }) => (type === 'mrkdwn' ? drawn(text) : text));

const see = (world: World, post: Post): Seen => {
  const texts = post.blocks.flatMap(textsOf);
  const marked = [post.text, ...texts.filter(({ type }) => type === 'mrkdwn').map(({ text }) => text)];
  return {
    ts: post.ts,
    text: post.blocks.length === 0 ? drawn(post.text) : post.blocks.flatMap(drawnBlock).join('\n'),
    fallback: post.text,
    mentions:
      post.by === world.bot.user ? [...marked.flatMap(mentionsIn), ...post.blocks.flatMap(liveIn)] : [],
    blocks: post.blocks,
    buttons: post.blocks.flatMap(buttonsOf),
    file: post.file,
    edits: post.edits,
    thread: post.thread,
    fromBot: post.by === world.bot.user,
  };
};

/** What everybody in a room sees, in order. */
export const seenIn = (world: World, room: Room): Seen[] =>
  [...room.posts.values()].filter(({ onlyFor }) => onlyFor === undefined).map((post) => see(world, post));

/** What only one person sees, in any room: ephemeral messages. */
export const seenBy = (world: World, user: string): Seen[] =>
  [...world.rooms.values()]
    .flatMap((room) => [...room.posts.values()].filter(({ onlyFor }) => onlyFor === user))
    .toSorted((one, other) => one.ts.localeCompare(other.ts))
    .map((post) => see(world, post));
