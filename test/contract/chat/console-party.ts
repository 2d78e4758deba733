import { PassThrough } from 'node:stream';
import type { Chat } from '#bot/chat/chat';
import { openConsole } from '#bot/console/console';
import { CONSOLE_CHAT, PLATFORM } from '#bot/console/limits';
import { until } from '../queue/until.ts';
import type { Party, Shown } from './party.ts';

const BUTTON = /^ {2}\[(\d+)\] (\S+)$/gm;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal obeys control characters
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

/** A terminal as people read it: each thing written, and which message of the room it was, where it was one. */
const openTerminal = (inner: Chat, written: readonly string[]) => {
  const messages = new Map<string, string>();
  const keep = async (sending: () => ReturnType<Chat['post']>): ReturnType<Chat['post']> => {
    const before = written.length;
    const sent = await sending();
    const text = written.slice(before).join('');
    if (sent.sent === 'ok' && text !== '') messages.set(sent.ref.message, text);
    return sent;
  };
  const chat: Chat = {
    ...inner,
    post: (place, card) => keep(() => inner.post(place, card)),
    edit: (ref, card) => keep(() => inner.edit(ref, card)),
  };
  return { chat, messages };
};

const shownAs = ([id, text]: readonly [string, string]): Shown => ({
  id,
  text,
  live: text.match(OBEYED) ?? [],
  buttons: [...text.matchAll(BUTTON)].map(([, , label = '']) => label),
  files: [],
});

/** The terminal: one room, in which everybody hears and nothing is ever lost. */
export const openConsoleParty = (): Promise<Party> => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const written: string[] = [];
  output.on('data', (chunk) => void written.push(String(chunk)));
  const inner = openConsole({
    input,
    output,
    interactive: false,
    now: Date.now,
    locale: 'en',
    session: 'party',
    first: 'omar',
    quiet: () => Promise.resolve(),
  });
  const { chat, messages } = openTerminal(inner, written);
  const types = (name: string, line: string): void => void input.write(`@${name} ${line}\n`);
  const numberOf = (message: string, label: string): string => {
    const found = [...(messages.get(message) ?? '').matchAll(BUTTON)].find((match) => match[2] === label);
    if (!found?.[1]) throw new Error(`no button ${label} on ${message}`);
    return found[1];
  };
  return Promise.resolve({
    chat,
    room: CONSOLE_CHAT,
    elsewhere: null,
    mute: null,
    says: types,
    mutters: types,
    presses: (name, message, button) =>
      types(name, 'label' in button ? numberOf(message, button.label) : '999999'),
    repeats: null,
    unacknowledged: null,
    impostors: [],
    shown: () => [...messages].map(shownAs),
    told: (name) => {
      const head = `(to ${name}) `;
      return written.filter((text) => text.startsWith(head)).map((text) => text.slice(head.length));
    },
    account: (name) => ({ platform: PLATFORM, tenant: '', id: name }),
    fault: null,
    cardsAfterLoss: 1,
    deletes: null,
    cuts: null,
    secrets: [],
    logged: () => [],
    until: (check) => until(String(check), check, 10_000),
    close: () => chat.stop(),
  });
};
