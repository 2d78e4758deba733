import { createInterface, type Interface } from 'node:readline';
import type { Readable } from 'node:stream';
import { page } from '../cards/look.ts';
import { wordsOf } from '../cards/words.ts';
import type { Card } from '../chat/card.ts';
import type { Chat, Sent, Sink } from '../chat/chat.ts';
import type { Intent } from '../chat/intent.ts';
import { intentOf, readTyped, type Typed } from './intent.ts';
import { CONSOLE_CHAT, LIMITS, PLATFORM } from './limits.ts';
import { openScreen, type Screen, type ScreenParts } from './screen.ts';

/**
 * What a console is made of. `session` makes event ids unique over restarts; `first` speaks until somebody is named.
 * Where it is `interactive`, the line can be edited and a prompt says who speaks; where it is piped, each line waits until
 * what the one before it began is `quiet`, as a person would.
 */
export type ConsoleParts = ScreenParts & {
  readonly input: Readable;
  readonly session: string;
  readonly first: string;
  readonly quiet: () => Promise<void>;
};

/** The terminal as a chat. `ended` resolves when the input is at its end. */
export type Console = Chat & { readonly ended: Promise<void> };

const doesOf = (typed: Typed, screen: Screen): Intent['does'] =>
  'text' in typed
    ? { what: 'line', text: typed.text, unseen: true }
    : { what: 'press', ...screen.button(typed.number) };

const sentAs = (message: string): Promise<Sent> =>
  Promise.resolve({ sent: 'ok', ref: { platform: PLATFORM, chat: CONSOLE_CHAT, message } });

const linesOf = ({ input, output, interactive }: ConsoleParts): Interface =>
  interactive
    ? createInterface({ input, output, terminal: true })
    : createInterface({ input, terminal: false });

const FIXED: Pick<Chat, 'platform' | 'limits' | 'serves' | 'menu' | 'down'> = {
  down: () => null,
  platform: PLATFORM,
  limits: LIMITS,
  serves: () => true,
  menu: () => Promise.resolve(),
};

/** Does one thing after the other, each when it is quiet again after the one before. */
const oneByOne = (quiet: ConsoleParts['quiet']) => {
  let last = Promise.resolve();
  return {
    add: (work: () => Promise<void>): Promise<void> => {
      last = last.then(work).then(quiet);
      return last;
    },
    done: (): Promise<void> => last,
  };
};

/** A console over two streams: a terminal, a pipe, or a test. Built idle; `start` begins to read. */
export const openConsole = (parts: ConsoleParts): Console => {
  const { now, locale, session, first, interactive, quiet } = parts;
  const lines = linesOf(parts);
  // What was typed or piped before `start` waits in the stream instead of being lost.
  lines.pause();
  const closed = new Promise<void>((resolve) => lines.once('close', resolve));
  const piped = oneByOne(quiet);
  const ended = closed.then(piped.done);
  const screen = openScreen(parts);
  let speaker = first;
  let events = 0;
  let messages = 0;

  const prompt = (): void => {
    if (!interactive) return;
    lines.setPrompt(`@${speaker} `);
    lines.prompt(true);
  };
  const show = (card: Card, message: string, head = ''): Promise<Sent> => {
    if (screen.draw(card, message, head)) prompt();
    return sentAs(message);
  };
  const answer = (to: string, who: string, card: Card) => show(card, `answer to ${to}`, `(to ${who}) `);
  const take = async (line: string, sink: Sink): Promise<void> => {
    const typed = readTyped(line, speaker);
    if (!typed) return prompt();
    const { who } = typed;
    speaker = who;
    const event = `${session}-${++events}`;
    // Nobody sends a typed line again as a platform would, so whoever typed it is told.
    await sink(intentOf({ event, who, at: now() }, doesOf(typed, screen))).catch(() =>
      answer(event, who, page('bad', wordsOf(locale).say('refusal.not-stored'), [])),
    );
  };

  return {
    ...FIXED,
    ended,
    start: (sink) => {
      lines.on('line', (line) => void (interactive ? take(line, sink) : piped.add(() => take(line, sink))));
      lines.resume();
      prompt();
      return Promise.resolve();
    },
    post: (_, card) => show(card, `m${++messages}`),
    edit: (ref, card) => show(card, ref.message),
    tell: ({ id }, card) => answer(`notice ${++messages}`, id, card),
    whisper: (intent, card) => answer(intent.event, intent.reply, card),
    stop: () => {
      lines.close();
      return Promise.resolve();
    },
  };
};
