import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { complaintsAbout, loadBotSettings } from '#bot/config';
import { openShell } from '../cli/run-quorate.ts';

describe('the section of Slack in quorate.yaml', () => {
  let shell: ReturnType<typeof openShell>;
  beforeEach(() => {
    shell = openShell();
  });
  afterEach(() => shell.close());
  const write = (section: object): void => shell.write(`${shell.good}  slack: ${JSON.stringify(section)}\n`);

  test('gives both tokens, the channels and the command, which is /pve where none is named', () => {
    write({ bot_token: 'env:BOT', app_token: 'env:APP', channels: ['C01'], api: 'http://127.0.0.1:1/api/' });
    const settings = loadBotSettings(shell.path, { BOT: 'xoxb-1', APP: 'xapp-1' });
    assert.ok(settings.ok);
    assert.deepEqual(settings.value.slack, {
      botToken: 'xoxb-1',
      appToken: 'xapp-1',
      chats: [{ chat: 'C01', sees: 'everything' }],
      command: '/pve',
      perMinute: 50,
      api: 'http://127.0.0.1:1/api',
    });
  });

  test('is complained about by path, and no secret in the wrong place is repeated', () => {
    write({ bot_token: 'xoxb-secret', app_token: 'env:APP', channels: ['ops'], command: 'pve' });
    const complaints = complaintsAbout(shell.path, {});
    assert.deepEqual(
      complaints.map(({ at }) => at),
      ['bot.slack.bot_token', 'bot.slack.channels.0', 'bot.slack.command'],
    );
    assert.ok(!JSON.stringify(complaints).includes('xoxb-secret'));
  });

  test('of which both tokens are missing says so of both', () => {
    write({ bot_token: 'env:BOT', app_token: 'env:APP', channels: ['C01'] });
    assert.deepEqual(
      complaintsAbout(shell.path, {}).map(({ at }) => at),
      ['bot.slack.bot_token', 'bot.slack.app_token'],
    );
  });
});
