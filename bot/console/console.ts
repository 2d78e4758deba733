import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Button, Card } from '../chat/card.ts';
import type { Chat, Sent, Sink } from '../chat/chat.ts';
import { intentOf, readTyped } from './intent.ts';
import { CONSOLE_CHAT, LIMITS, PLATFORM } from './limits.ts';
import { renderText } from './render.ts';

/** What a console is made of. `session` makes event ids unique over restarts; `first` speaks until somebody is named. */
export type ConsoleParts = {
  readonly input: Readable;
  readonly output: Writable;
  readonly now: () => number;
  readonly locale: string;
  readonly session: string;
  readonly first: string;
};

/** The terminal as a chat. `ended` resolves when the input is at its end. */
export type Console = Chat & { readonly ended: Promise<void> };

type Shown = { readonly token: string; readonly message: string };

/** Buttons by the number people type; the same button keeps its number when its card is drawn again. */
const numbering = () => {
  const shown: Shown[] = [];
  const numberOf =
    (message: string) =>
    (button: Button): number => {
      const known = shown.findIndex((other) => other.token === button.token);
      return known === -1 ? shown.push({ token: button.token, message }) : known + 1;
    };
  return { numberOf, at: (number: number): Shown | undefined => shown[number - 1] };
};

const NO_BUTTON: Shown = { token: 'none', message: 'none' };

/** A console over two streams: a terminal, a pipe, or a test. Built idle; `start` begins to read. */
export const openConsole = ({ input, output, now, locale, session, first }: ConsoleParts): Console => {
  const lines = createInterface({ input, terminal: false });
  const buttons = numbering();
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  let speaker = first;
  let events = 0;
  let messages = 0;

  const print = (card: Card, message: string, head: string): void => {
    const drawing = { now: now(), locale, numberOf: buttons.numberOf(message) };
    output.write(`${head}${renderText(card, drawing).join('\n')}\n`);
  };
  const show = (card: Card, message: string): Promise<Sent> => {
    print(card, message, '');
    return Promise.resolve({ sent: 'ok', ref: { platform: PLATFORM, chat: CONSOLE_CHAT, message } });
  };
  const take = async (line: string, sink: Sink): Promise<void> => {
    const typed = readTyped(line, speaker);
    if (!typed) return;
    speaker = typed.who;
    const source = { event: `${session}-${++events}`, who: typed.who, at: now() };
    const does =
      'text' in typed
        ? ({ what: 'line', text: typed.text } as const)
        : ({ what: 'press', ...(buttons.at(typed.number) ?? NO_BUTTON) } as const);
    await sink(intentOf(source, does));
  };

  return {
    platform: PLATFORM,
    limits: LIMITS,
    ended,
    start: (sink) => {
      lines.on('line', (line) => void take(line, sink));
      return Promise.resolve();
    },
    menu: () => Promise.resolve(),
    post: (_, card) => show(card, `m${++messages}`),
    edit: (ref, card) => show(card, ref.message),
    whisper: (intent, card) => {
      print(card, 'whisper', `(to ${intent.reply}) `);
      return Promise.resolve({
        sent: 'ok',
        ref: { platform: PLATFORM, chat: CONSOLE_CHAT, message: 'whisper' },
      });
    },
    stop: () => {
      lines.close();
      return Promise.resolve();
    },
  };
};
