import type { MessageEntity, User } from '@grammyjs/types';
import { pino } from 'pino';
import { PLATFORM } from '#bot/telegram/intent';
import { connectTelegram } from '#bot/telegram/telegram';
import { type FakeTelegram, startFakeTelegram } from '#test/fake/telegram/telegram';
import type { Configured, Party, Shown } from './party.ts';
import { planFault } from './plan-fault.ts';

type Seen = ReturnType<FakeTelegram['messages']>[number];

/** Entities that only say how text looks. */
const LOOKS: readonly MessageEntity['type'][] = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'pre',
  'blockquote',
  'expandable_blockquote',
  'date_time',
];

const shownAs = ({ id, text, entities, buttons, document }: Seen): Shown => ({
  id: String(id),
  text,
  live: entities
    .filter(({ type }) => !LOOKS.includes(type))
    .map(({ offset, length }) => text.slice(offset, offset + length)),
  buttons: buttons.flat().map((button) => button.text),
  files: document === undefined ? [] : [{ name: document.name, text: String(document.bytes) }],
});

const METHODS = { post: 'sendMessage', edit: 'editMessageText', file: 'sendDocument' } as const;

/** A group on a fake Telegram: ada and omar wrote to the bot before, mute never did. */
export const openTelegramCrowd = async () => {
  const telegram = await startFakeTelegram();
  const users = {
    ada: telegram.addUser('ada'),
    omar: telegram.addUser('omar'),
    mute: telegram.addUser('mute'),
  };
  const everybody = Object.values(users);
  const [room, elsewhere] = [telegram.addGroup('ops', everybody), telegram.addGroup('elsewhere', everybody)];
  const alone = new Map(
    everybody.map((user) => [user.id, telegram.addPrivateChat(user, user !== users.mute)]),
  );
  const named = (name: string): User => {
    const user = everybody.find(({ first_name }) => first_name === name);
    if (!user) throw new Error(`nobody is called ${name}`);
    return user;
  };
  const privately = (name: string) => {
    const own = alone.get(named(name).id);
    if (!own) throw new Error(`${name} has no private chat`);
    return own;
  };
  const bot = (first_name: string, id: number): User => ({ id, is_bot: true, first_name });
  const { omar } = users;
  return {
    platform: PLATFORM,
    settings: {
      // A server of one's own takes more; its fake takes all.
      section: { api: telegram.apiRoot, chats: [String(room.id)], per_minute: 60_000 },
      secrets: { token: telegram.token },
    },
    room: String(room.id),
    elsewhere: String(elsewhere.id),
    mute: 'mute',
    says: (name, line) => {
      telegram.say(named(name), room, line);
    },
    mutters: (name, line) => {
      telegram.say(named(name), privately(name), line);
    },
    presses: (name, message, button) => {
      const pressed = 'label' in button ? button.label : { data: button.forged };
      telegram.press(named(name), room, Number(message), pressed);
    },
    repeats: telegram.faults.redeliverLast,
    unacknowledged: () => telegram.pending().length,
    impostors: [
      {
        who: 'an anonymous admin',
        act: () => telegram.say(bot('Group', 1_087_968_824), room, '/stop 1', { sender_chat: room }),
      },
      {
        who: 'somebody who speaks as a channel',
        act: () =>
          telegram.say(bot('Channel', 136_817_688), room, '/stop 2', {
            sender_chat: { id: -1_001_234_567_890, type: 'channel', title: 'News' },
          }),
      },
      {
        who: 'a message that was forwarded',
        act: () =>
          telegram.say(omar, room, '/stop 3', {
            forward_origin: { type: 'user', sender_user: users.ada, date: 1 },
          }),
      },
      { who: 'another bot', act: () => telegram.say(bot('Other', 77), room, '/stop 4') },
      {
        who: 'an inline bot',
        act: () => telegram.say(omar, room, '/stop 5', { via_bot: bot('Inline', 78) }),
      },
      { who: 'a message that was edited', act: () => telegram.say(omar, room, '/stop 6', { edit_date: 1 }) },
      { who: 'a room that is not configured', act: () => telegram.say(omar, elsewhere, '/stop 7') },
      {
        who: 'a press in a room that is not configured',
        act: () => telegram.press(omar, elsewhere, 1, { data: 'token-of-approve' }),
      },
      // No server sends this, so the type knows no such update.
      { who: 'no update at all', act: () => telegram.forge({ message: { text: '/stop 8' } as never }) },
    ],
    shown: (place) =>
      telegram
        .messages(place === String(room.id) ? room : elsewhere)
        .flatMap((message) => (message.fromBot ? [shownAs(message)] : [])),
    told: (name) => {
      const { id } = named(name);
      const toasts = telegram.answers().filter(({ userId, text }) => userId === id && text !== '');
      const messages = telegram.messages(privately(name)).filter(({ fromBot }) => fromBot);
      return [...toasts, ...messages].toSorted((a, b) => a.at - b.at).map(({ text }) => text);
    },
    account: (name) => ({ platform: PLATFORM, tenant: '', id: String(named(name).id) }),
    fault: planFault(telegram.faults, METHODS),
    // Nothing in the Bot API tells one post from another: https://core.telegram.org/bots/api#sendmessage
    cardsAfterLoss: 2,
    deletes: (message) => telegram.removeMessage(room, Number(message)),
    cuts: telegram.faults.cutPoll,
    secrets: [telegram.token, telegram.token.split(':')[1] ?? telegram.token],
    until: (check) => telegram.until(check, 10_000),
    close: () => telegram.close(),
  } satisfies Configured;
};

/** The same with the client of its own that the suite of the port plays with. */
export const openTelegramParty = async (): Promise<Party> => {
  const crowd = await openTelegramCrowd();
  const { section, secrets } = crowd.settings;
  const logged: string[] = [];
  const chat = connectTelegram({
    token: secrets.token,
    apiRoot: section.api,
    chats: section.chats,
    home: (id) => id,
    perMinute: 20,
    now: Date.now,
    log: pino({ base: null, timestamp: false }, { write: (line) => void logged.push(line) }),
  });
  return {
    ...crowd,
    chat,
    logged: () => logged,
    close: async () => {
      await chat.stop();
      await crowd.close();
    },
  };
};
