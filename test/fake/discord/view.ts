import { text } from './body.ts';
import { flat } from './components.ts';
import { drawMarkdown } from './markdown.ts';
import type { Channel, Message, World } from './world.ts';

/** A message as people see it. */
export type Seen = {
  readonly id: string;
  readonly text: string;
  readonly live: readonly string[];
  readonly buttons: readonly string[];
  readonly files: Message['files'];
  readonly colour: unknown;
  readonly edits: number;
  readonly pings: boolean;
};

const seen = (message: Message): Seen => {
  const parts = flat(message.components);
  const texts = parts.flatMap((part) => (part['type'] === 10 ? [text(part['content'])] : []));
  return {
    id: message.id,
    ...drawMarkdown([message.content, ...texts].filter((one) => one !== '').join('\n')),
    buttons: parts.flatMap((part) => (part['type'] === 2 ? [text(part['label'])] : [])),
    files: message.files,
    colour: parts.find((part) => part['type'] === 17)?.['accent_color'],
    edits: message.edits,
    pings: message.pings,
  };
};

/** What everybody sees in a channel. */
export const seenIn = (channel: Channel): readonly Seen[] =>
  [...channel.messages.values()].filter(({ seenBy }) => seenBy === null).map(seen);

/** What one person alone was shown, in channels and in the private chat, in order. */
export const toldTo = (world: World, user: string): readonly Seen[] =>
  [...world.channels.values()]
    .flatMap((channel) =>
      [...channel.messages.values()].filter((message) => message.seenBy === user || channel.with === user),
    )
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1))
    .map(seen);
