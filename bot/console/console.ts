import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { page } from '../cards/look.ts';
import { wordsOf } from '../cards/words.ts';
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
  /** Somebody sits at a terminal: the line can be edited, and a prompt says who speaks. */
  readonly interactive: boolean;
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

/** Back to the first column, and nothing behind it: ECMA-48 EL. */
const CLEAR_LINE = '\r\u001b[K';

const NO_BUTTON: Shown = { token: 'none', message: 'none' };

/** A console over two streams: a terminal, a pipe, or a test. Built idle; `start` begins to read. */
export const openConsole = (parts: ConsoleParts): Console => {
  const { input, output, now, locale, session, first, interactive } = parts;
  const lines = interactive
    ? createInterface({ input, output, terminal: true })
    : createInterface({ input, terminal: false });
  // What was typed or piped before `start` waits in the stream instead of being lost.
  lines.pause();
  const buttons = numbering();
  const ended = new Promise<void>((resolve) => lines.once('close', resolve));
  const seen = new Map<string, string>();
  let speaker = first;
  let events = 0;
  let messages = 0;

  const prompt = (): void => {
    if (!interactive) return;
    lines.setPrompt(`@${speaker} `);
    lines.prompt(true);
  };
  const print = (card: Card, message: string, head: string): void => {
    const drawing = { now: now(), locale, numberOf: buttons.numberOf(message) };
    const text = renderText(card, drawing).join('\n');
    if (seen.get(message) === text) return; // drawn again, but nothing that people see is new
    seen.set(message, text);
    // A card may come while a line is being typed: it goes above that line, which is drawn again.
    output.write(`${interactive ? CLEAR_LINE : ''}${head}${text}\n`);
    prompt();
  };
  const show = (card: Card, message: string): Promise<Sent> => {
    print(card, message, '');
    return Promise.resolve({ sent: 'ok', ref: { platform: PLATFORM, chat: CONSOLE_CHAT, message } });
  };
  const take = async (line: string, sink: Sink): Promise<void> => {
    const typed = readTyped(line, speaker);
    if (!typed) return prompt();
    speaker = typed.who;
    const source = { event: `${session}-${++events}`, who: typed.who, at: now() };
    const does =
      'text' in typed
        ? ({ what: 'line', text: typed.text } as const)
        : ({ what: 'press', ...(buttons.at(typed.number) ?? NO_BUTTON) } as const);
    // Nobody sends a typed line again as a platform would, so whoever typed it is told.
    await sink(intentOf(source, does)).catch(() => {
      const card = page('bad', wordsOf(locale).say('refusal.not-stored'), []);
      print(card, `answer to ${source.event}`, `(to ${typed.who}) `);
    });
  };

  return {
    platform: PLATFORM,
    limits: LIMITS,
    ended,
    start: (sink) => {
      lines.on('line', (line) => void take(line, sink));
      lines.resume();
      prompt();
      return Promise.resolve();
    },
    menu: () => Promise.resolve(),
    post: (_, card) => show(card, `m${++messages}`),
    edit: (ref, card) => show(card, ref.message),
    whisper: (intent, card) => {
      print(card, `answer to ${intent.event}`, `(to ${intent.reply}) `);
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
