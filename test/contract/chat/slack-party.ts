import { pino } from 'pino';
import { PLATFORM } from '#bot/slack/intent';
import { connectSlack } from '#bot/slack/slack';
import type { Rate } from '#test/fake/slack/limits';
import { type FakeSlack, startFakeSlack } from '#test/fake/slack/slack';
import type { User } from '#test/fake/slack/world';
import type { Configured, Party, Shown } from './party.ts';
import { planFault } from './plan-fault.ts';

/** What Slack takes of posts and edits, and what the configuration says that it does; everything where nothing is given. */
type Rated = { readonly rates?: readonly Rate[]; readonly perMinute?: number };

type Seen = ReturnType<FakeSlack['messages']>[number];

const shownAs = ({ ts, text, mentions, buttons, file }: Seen): Shown => ({
  id: ts,
  text,
  live: mentions,
  buttons: buttons.map(({ label }) => label),
  files: file === undefined ? [] : [file],
});

const METHODS = {
  post: 'chat.postMessage',
  edit: 'chat.update',
  file: 'files.completeUploadExternal',
} as const;

/** A workspace on a fake Slack: ada, omar and mute, whose account cannot be written to, share a channel with the app. */
export const openSlackCrowd = async ({ rates = [], perMinute = 60_000 }: Rated = {}) => {
  const slack = await startFakeSlack({ limits: { rates, eventRetryMs: [50, 1_000, 3_000] } });
  const [ada, omar, mute] = [slack.addUser('ada'), slack.addUser('omar'), slack.addUser('mute')];
  slack.closeDirect(mute);
  const everybody = [ada, omar, mute];
  const [room, elsewhere] = [slack.addChannel('ops', everybody), slack.addChannel('elsewhere', everybody)];
  const shared = slack.addChannel('shared', everybody);
  shared.shared = true;
  const named = (name: string): User => {
    const user = everybody.find((one) => one.name === name);
    if (!user) throw new Error(`nobody is called ${name}`);
    return user;
  };
  const [guest, other, away] = [
    slack.addUser('guest', { guest: 'multi-channel' }),
    slack.addUser('other', { team: 'T0AWAY', stranger: true }),
    slack.addUser('robot', { isBot: true }),
  ];
  const press = { value: 'token-of-approve' };
  return {
    platform: PLATFORM,
    settings: {
      section: { api: slack.api, channels: [room.id, shared.id], command: '/pve', per_minute: perMinute },
      secrets: { bot_token: slack.botToken, app_token: slack.appToken },
    },
    room: room.id,
    elsewhere: elsewhere.id,
    mute: 'mute',
    says: (name, line) => void slack.mention(named(name), room, line.slice(1)),
    mutters: (name, line) => void slack.slash(named(name), room, line.slice(1)),
    presses: (name, message, button) =>
      void slack.press(
        named(name),
        room,
        message,
        'label' in button ? button.label : { value: button.forged },
      ),
    repeats: slack.redeliver,
    unacknowledged: () => slack.deliveries().filter(({ acked, failed }) => acked === null && !failed).length,
    impostors: [
      { who: 'a guest', act: () => slack.slash(guest, room, 'stop 1') },
      { who: 'a guest who presses', act: () => slack.press(guest, room, '1.000001', press) },
      { who: 'a guest who mentions', act: () => slack.mention(guest, room, 'stop 1') },
      { who: 'somebody of another workspace', act: () => slack.mention(other, room, 'stop 2') },
      {
        who: 'somebody of another workspace who presses',
        act: () => slack.press(other, room, '1.000001', press),
      },
      { who: 'a bot', act: () => slack.mention(away, room, 'stop 3') },
      { who: 'a workflow', act: () => slack.mention(omar, room, 'stop 4', { bot_id: 'B0FLOW' }) },
      { who: 'a webhook', act: () => slack.mention(omar, room, 'stop 5', { subtype: 'bot_message' }) },
      {
        who: 'a message that was edited',
        act: () => slack.mention(omar, room, 'stop 6', { edited: { ts: '1.1' } }),
      },
      { who: 'a channel that is shared with others', act: () => slack.mention(omar, shared, 'stop 7') },
      { who: 'a press in a channel that is shared', act: () => slack.press(omar, shared, '1.000001', press) },
      { who: 'a channel that is not configured', act: () => slack.slash(omar, elsewhere, 'stop 8') },
      { who: 'a press elsewhere', act: () => slack.press(omar, elsewhere, '1.000001', press) },
      { who: 'a vote that is only written', act: () => slack.mention(omar, room, 'approve 9') },
      { who: 'no event at all', act: () => slack.forge('events_api', { event: null }) },
    ],
    shown: (place) =>
      slack
        .messages(place === room.id ? room : elsewhere)
        .flatMap((message) => (message.fromBot ? [shownAs(message)] : [])),
    told: (name) => {
      const direct = slack.messages(slack.direct(named(name))).filter(({ fromBot }) => fromBot);
      return [...slack.whispers(named(name)), ...direct]
        .toSorted((one, other) => one.ts.localeCompare(other.ts))
        .map(({ text }) => text);
    },
    account: (name) => ({ platform: PLATFORM, tenant: slack.team, id: named(name).id }),
    fault: planFault(slack.faults, METHODS),
    // Nothing documented tells one post from another: https://docs.slack.dev/reference/methods/chat.postMessage
    cardsAfterLoss: 2,
    deletes: (message) => void room.posts.delete(message),
    cuts: slack.cut,
    secrets: [slack.botToken, slack.appToken],
    until: (check) => slack.until(check, 10_000),
    close: () => slack.close(),
  } satisfies Configured;
};

/** The same with the client of its own that the suite of the port plays with. */
export const openSlackParty = async (): Promise<Party> => {
  const crowd = await openSlackCrowd();
  const { section, secrets } = crowd.settings;
  const logged: string[] = [];
  const chat = connectSlack({
    ...section,
    perMinute: section.per_minute,
    botToken: secrets.bot_token,
    appToken: secrets.app_token,
    staggerMs: 0,
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
