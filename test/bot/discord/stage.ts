import assert from 'node:assert/strict';
import { pino } from 'pino';
import type { Card } from '#bot/chat/card';
import type { Chat, CopyRef, Notes, Sent, Sink } from '#bot/chat/chat';
import type { Intent, Missed } from '#bot/chat/intent';
import { connectDiscord, type DiscordParts } from '#bot/discord/discord';
import { startFakeDiscord } from '#test/fake/discord/discord';
import type { Limits } from '#test/fake/discord/limits';

export const cardOf = (lead: string, changes: Partial<Card> = {}): Card => ({
  tone: 'waiting',
  lead: [{ span: 'text', text: lead }],
  must: [],
  more: [],
  diff: null,
  attachment: null,
  buttons: [[{ label: 'Approve', token: 'token-a', style: 'good' }]],
  ...changes,
});
export const note = (lead: string, changes: Partial<Card> = {}): Card =>
  cardOf(lead, { buttons: [], ...changes });
export const file = { name: 'change-12.diff', text: '-a\n+b\n', sha256: 'f'.repeat(64) };

export const landed = (sent: Sent): CopyRef => {
  assert.equal(sent.sent, 'ok', JSON.stringify(sent));
  return sent.sent === 'ok' ? sent.ref : assert.fail();
};

/** Rows as a menu has them: a command that reads, and one with a field of each kind. */
export const ROWS = [
  { command: 'status', description: 'how it is', unseen: false },
  {
    command: 'stop',
    description: 'stop a guest at once',
    unseen: false,
    options: [
      { name: 'guest', kind: 'guest', required: true, description: 'which guest', choices: [] },
      { name: 'reason', kind: 'text', required: false, description: 'why', choices: [] },
    ],
  },
] as const;

const lineOf: DiscordParts['lineOf'] = (command, values) =>
  [`/${command}`, ...Object.values(values)].join(' ');

/** A client and the fake that it speaks to, with a person and a channel. */
export const openStage = async (options: { now?: () => number; limits?: Partial<Limits> } = {}) => {
  const discord = await startFakeDiscord(options);
  const omar = discord.addUser('Omar');
  const ops = discord.addChannel('ops');
  const heard: Intent[] = [];
  const missed: Missed[] = [];
  const logged: string[] = [];
  const hear: Sink = async (intent) => {
    heard.push(intent);
  };
  const notes: Notes = {
    missed: (press) => void missed.push(press),
    moved: () => assert.fail('no channel moves on this platform'),
    dropped: (_, why) => note(`Dropped: ${why}.`),
    suggest: ({ typed }) => [{ label: `guest ${typed}`, value: typed }],
  };
  const opened: Chat[] = [];
  const connect = (changes: Partial<DiscordParts> = {}): Chat => {
    const chat = connectDiscord({
      token: discord.token,
      api: discord.api,
      guild: discord.guild,
      channels: [ops.id],
      lineOf,
      now: options.now ?? Date.now,
      identifyEvery: 1,
      log: pino({ base: null, timestamp: false }, { write: (line) => void logged.push(line) }),
      ...changes,
    });
    opened.push(chat);
    return chat;
  };
  const chat = connect();
  return {
    discord,
    omar,
    ops,
    heard,
    missed,
    logged,
    hear,
    notes,
    connect,
    chat,
    /** Starts the client and shows the menu, so that people can use commands. */
    enter: async (sink: Sink = hear): Promise<void> => {
      await chat.start(sink, notes);
      await chat.menu(new Map([['en', ROWS]]));
    },
    close: async (): Promise<void> => {
      await Promise.all(opened.map((one) => one.stop()));
      await discord.close();
    },
  };
};

export type Stage = Awaited<ReturnType<typeof openStage>>;
