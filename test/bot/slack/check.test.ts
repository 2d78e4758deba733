import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { wordsOf } from '#bot/cards/words';
import { runShell } from '#bot/cli/quorate';
import { checkSlack } from '#bot/slack/check';
import { SCOPES } from '#bot/slack/manifest';
import { type FakeSlack, startFakeSlack } from '#test/fake/slack/slack';
import type { Room, User } from '#test/fake/slack/world';
import { openShell } from '../cli/run-quorate.ts';

let slack: FakeSlack;
let omar: User;
let ops: Room;
beforeEach(async () => {
  slack = await startFakeSlack({ scopes: SCOPES });
  omar = slack.addUser('omar');
  ops = slack.addChannel('ops', [omar]);
});
afterEach(() => slack.close());

const check = (channels: readonly Room[], tokens: object = {}) => {
  const { botToken, appToken, api } = slack;
  return checkSlack({ botToken, appToken, api, channels: channels.map(({ id }) => id), ...tokens });
};
const bad = async (channels: readonly Room[], tokens: object = {}): Promise<readonly string[]> =>
  (await check(channels, tokens)).flatMap((one) =>
    'bad' in one ? [`${one.at} ${one.thing}: ${one.bad}`] : [],
  );

describe('quorate chat check on Slack', () => {
  test('says of each thing that it is good, by its place, in words', async () => {
    const shell = openShell();
    const section = {
      bot_token: `file:${shell.put('bot', slack.botToken)}`,
      app_token: `file:${shell.put('app', slack.appToken)}`,
      api: slack.api,
      channels: [ops.id],
    };
    shell.write(`${shell.good}  slack: ${JSON.stringify(section)}\n`);
    const said: string[] = [];
    const keep = (text: string): void => void said.push(text);
    const env = { QUORATE_CONFIG: shell.path };
    const parts = { words: wordsOf('en'), env, user: 'root', now: Date.now, print: keep, complain: keep };
    const code = await runShell(parts, ['chat', 'check']);
    shell.close();
    assert.equal(code, 0, said.join('\n'));
    for (const words of [
      /bot\.slack\.bot_token .*@quorate, home/,
      /app_token .*connections:write/,
      /channels\[0\] .*#ops/,
    ])
      assert.ok(
        said.some((line) => words.test(line)),
        said.join('\n'),
      );
  });

  test('names the scopes that are missing, as Slack does', async () => {
    slack.setScopes(SCOPES.filter((scope) => scope !== 'files:write' && scope !== 'channels:read'));
    assert.deepEqual(await bad([ops]), [
      'bot.slack.bot_token scopes: channels:read, files:write',
      `bot.slack.channels[0] chat: missing_scope: channels:read (${ops.id})`,
    ]);
  });

  test('says in which channel the app is not, and which is archived, shared or not there', async () => {
    const [left, old, shared, hidden] = ['left', 'old', 'shared', 'hidden'].map((name) =>
      slack.addChannel(name, [omar], name === 'hidden' ? 'group' : 'channel'),
    ) as [Room, Room, Room, Room]; // four names, four channels
    left.members.delete(slack.bot.user);
    hidden.members.delete(slack.bot.user);
    old.archived = true;
    shared.shared = true;
    assert.deepEqual(await bad([ops, left, old, shared, hidden]), [
      'bot.slack.channels[1] chat: not_in_channel (#left): /invite @quorate',
      'bot.slack.channels[2] chat: is_archived (#old)',
      'bot.slack.channels[3] chat: is_ext_shared (#shared)',
      `bot.slack.channels[4] chat: channel_not_found (${hidden.id})`,
    ]);
  });

  test('says of each token what Slack says, and repeats no part of it', async () => {
    const swapped = { botToken: slack.appToken, appToken: slack.botToken };
    assert.deepEqual(await bad([], swapped), [
      'bot.slack.bot_token token: not_allowed_token_type',
      'bot.slack.app_token app-token: not_allowed_token_type',
    ]);
    slack.refuseToken(slack.botToken, 'token_revoked');
    const said = await bad([ops], { appToken: 'xapp-wrong' });
    assert.deepEqual(said, [
      'bot.slack.bot_token token: token_revoked',
      'bot.slack.app_token app-token: invalid_auth',
    ]);
  });

  test('says that Slack cannot be reached', async () => {
    await slack.close();
    const said = await bad([ops]);
    assert.equal(said.length, 2);
    assert.match(said.join(), /token: A request error occurred/);
  });
});
