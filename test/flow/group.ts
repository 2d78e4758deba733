import type { User } from '@grammyjs/types';
import { startFakeTelegram } from '../fake/telegram/telegram.ts';
import { until } from './program.ts';

/** A Telegram with one group, in which people speak to the bot, and a private chat with the bot for each of them. */
export const openGroup = async (names: readonly string[]) => {
  const telegram = await startFakeTelegram();
  const users = new Map(names.map((name) => [name, telegram.addUser(name)]));
  const user = (name: string): User => {
    const found = users.get(name);
    if (!found) throw new Error(`nobody is called ${name}`);
    return found;
  };
  const group = telegram.addGroup('ops', [...users.values()]);
  const privately = new Map(names.map((name) => [name, telegram.addPrivateChat(user(name))]));
  const chatWith = (name: string) => privately.get(name) ?? group;
  const texts = (chat: ReturnType<typeof chatWith>): string[] =>
    telegram.messages(chat).flatMap(({ fromBot, text }) => (fromBot ? [text] : []));
  const told = async (name: string, act: () => void): Promise<string> => {
    const before = texts(chatWith(name)).length;
    act();
    await until(
      () => `an answer to ${name}; the group sees:\n${texts(group).join('\n\n')}`,
      () => texts(chatWith(name)).length > before,
    );
    return texts(chatWith(name)).slice(before).join('\n');
  };
  const card = (no: number) =>
    telegram.messages(group).findLast(({ fromBot, text }) => fromBot && text.includes(`#${no} ·`));
  return {
    telegram,
    group,
    user,
    card,
    /** Says something in the group. */
    say: (name: string, text: string) => telegram.say(user(name), group, text),
    /** Says something in the group, or to the bot alone, and gives what the bot answers them privately. */
    ask: (name: string, text: string) => told(name, () => telegram.say(user(name), group, text)),
    tell: (name: string, text: string) => told(name, () => telegram.say(user(name), chatWith(name), text)),
    /** Waits until the card of a change in the group says something. */
    cardSays: (no: number, words: RegExp) =>
      until(
        () => `card #${no} says ${words}; the group sees:\n${texts(group).join('\n\n')}`,
        () => {
          const seen = card(no);
          return seen && words.test(seen.text) ? seen : undefined;
        },
      ),
    /** Presses a button on the card of a change. */
    press: (name: string, no: number, label: string) => {
      const seen = card(no);
      if (!seen) throw new Error(`no card of change #${no}`);
      return telegram.press(user(name), group, seen.id, label);
    },
    /** Every text that the bot ever sent, drawn again or not. */
    everything: (): string => JSON.stringify(telegram.calls()),
  };
};
export type Group = Awaited<ReturnType<typeof openGroup>>;
