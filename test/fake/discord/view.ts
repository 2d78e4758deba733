import { text } from './body.ts';
import { flat } from './components.ts';
import type { Channel, Message, World } from './world.ts';

/** A message as people see it. */
export type Seen = {
  readonly id: string;
  readonly text: string;
  readonly buttons: readonly string[];
  readonly files: Message['files'];
  readonly colour: unknown;
  readonly edits: number;
  readonly pings: boolean;
};

/** Markdown as clients show it, roughly: escapes and marks go. Code stays as it is written. */
const plain = (shown: string): string =>
  shown.replace(
    /```diff\n([\s\S]*?)\n```|`([^`\n]*)`|\\([^0-9A-Za-z\s])|\*\*|^### /gm,
    (_, fence, code, mark) => String(fence ?? code ?? mark ?? ''),
  );

const seen = (message: Message): Seen => {
  const parts = flat(message.components);
  const texts = parts.flatMap((part) => (part['type'] === 10 ? [text(part['content'])] : []));
  return {
    id: message.id,
    text: plain([message.content, ...texts].filter((one) => one !== '').join('\n')),
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
