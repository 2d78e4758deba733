import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pino } from 'pino';
import { parse } from 'yaml';
import { wordsOf } from '#bot/cards/words';
import type { Chat } from '#bot/chat/chat';
import { runShell } from '#bot/cli/quorate';
import { EVENTS, manifestOf, SCOPES } from '#bot/slack/manifest';
import { connectSlack } from '#bot/slack/slack';
import { type FakeSlack, startFakeSlack } from '#test/fake/slack/slack';
import type { Room, User } from '#test/fake/slack/world';
import { cardWithFile, noteOf } from '../../contract/chat/cards.ts';
import { openShell } from '../cli/run-quorate.ts';

describe('the manifest', () => {
  const printed = async (yaml: string): Promise<string> => {
    const shell = openShell(yaml);
    const said: string[] = [];
    const keep = (text: string): void => void said.push(text);
    const env = { QUORATE_CONFIG: yaml === '' ? '' : shell.path };
    const parts = { words: wordsOf('en'), env, user: 'root', now: Date.now, print: keep, complain: keep };
    assert.equal(await runShell(parts, ['slack', 'manifest']), 0);
    shell.close();
    return said.join('\n');
  };

  test('is printed before anything is configured, for the command that is used where none is named', async () => {
    const naming = {
      command: '/pve',
      description: 'Proxmox VE with approvals',
      hint: 'status | stop 101 | help',
    };
    assert.deepEqual(parse(await printed('')), manifestOf(naming));
  });

  test('names the command of the configuration, although its tokens are not there yet', async () => {
    const slack = `{ bot_token: env:NONE, app_token: env:NONE, channels: [C01], command: /ops }`;
    const text = await printed(`site: home\nbot: { state: /tmp/q, rules: two-person, slack: ${slack} }\n`);
    assert.match(text, /command: \/ops/);
  });

  test('asks for a socket and buttons, and for the events that become intents', () => {
    const { settings } = manifestOf({ command: '/pve', description: 'x', hint: 'y' });
    assert.deepEqual([settings.socket_mode_enabled, settings.interactivity], [true, { is_enabled: true }]);
    assert.deepEqual(settings.event_subscriptions.bot_events, ['app_mention', 'message.im']);
    assert.equal(EVENTS.length, 2);
  });
});

describe('each scope of the manifest is needed, and no other', () => {
  let slack: FakeSlack;
  let chat: Chat;
  let omar: User;
  let ops: Room;
  let hidden: Room;
  let heard: number;
  beforeEach(async () => {
    slack = await startFakeSlack({ scopes: SCOPES });
    omar = slack.addUser('omar');
    ops = slack.addChannel('ops', [omar]);
    hidden = slack.addChannel('hidden', [omar], 'group');
    heard = 0;
    const { botToken, appToken, api } = slack;
    const log = pino({ enabled: false });
    const channels = [ops.id, hidden.id];
    chat = connectSlack({
      botToken,
      appToken,
      api,
      channels,
      perMinute: 60_000,
      command: '/pve',
      staggerMs: 0,
      now: Date.now,
      log,
    });
    const sink = () => Promise.resolve(void heard++);
    await chat.start(sink, { missed: () => {}, moved: () => {}, dropped: () => noteOf('no') });
  });
  afterEach(async () => {
    await chat.stop();
    await slack.close();
  });

  /** Does an event become an intent? */
  const hears = async (act: () => { acked: number | null; failed: boolean }): Promise<boolean> => {
    const before = heard;
    const delivery = act();
    await slack.until(() => delivery.acked !== null || delivery.failed);
    return heard > before;
  };
  const isSent = async (send: Promise<{ sent: string }>): Promise<boolean> => (await send).sent === 'ok';
  const account = () => ({ platform: 'slack', tenant: slack.team, id: omar.id });

  const USES: { readonly [S in (typeof SCOPES)[number]]: () => Promise<boolean> } = {
    'app_mentions:read': () => hears(() => slack.mention(omar, ops, 'status')),
    'channels:read': () => hears(() => slack.slash(omar, ops, 'status')),
    'chat:write': () => isSent(chat.post(ops.id, noteOf('x'))),
    commands: () => hears(() => slack.slash(omar, ops, 'status')),
    'files:write': () => isSent(chat.post(ops.id, cardWithFile('x'))),
    'groups:read': () => hears(() => slack.slash(omar, hidden, 'status')),
    'im:history': () => hears(() => slack.write(omar, 'status')),
    'im:write': () => isSent(chat.tell(account(), noteOf('x'))),
    'users:read': () => hears(() => slack.slash(omar, ops, 'status')),
  };

  for (const scope of SCOPES)
    test(`${scope}: what it is for works with the manifest's scopes and not without this one`, async () => {
      slack.setScopes(SCOPES.filter((other) => other !== scope));
      assert.equal(await USES[scope](), false);
      slack.setScopes(SCOPES);
      assert.equal(await USES[scope](), true);
    });
});
