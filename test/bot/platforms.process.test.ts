import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { LAUNCHER } from '#test/fixture/launcher';

const fixture = new URL('../fixture/loaded-clients.ts', import.meta.url).pathname;
const run = promisify(execFile);

/** The clients that are loaded where these platforms are configured. */
const loadedFor = async (...platforms: readonly string[]): Promise<unknown> => {
  const { stdout } = await run(LAUNCHER, [fixture, ...platforms]);
  return JSON.parse(stdout);
};

test('the client of a platform is loaded where that platform is configured and nowhere else, and none of Redis', async () => {
  assert.deepEqual(await loadedFor(), []);
  assert.deepEqual(await loadedFor('telegram'), ['grammy']);
  assert.deepEqual(await loadedFor('discord'), ['discord.js']);
  assert.deepEqual(await loadedFor('slack'), ['@slack/bolt']);
  assert.deepEqual(await loadedFor('telegram', 'discord', 'slack'), ['@slack/bolt', 'discord.js', 'grammy']);
});
