import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { parseConfig } from '#db/config/read-config';
import { Config } from '#policies/config';
import { readOwnProcess, workerConfig } from '#worker/config';

let folder = '';
const { publicKey } = generateKeyPairSync('ed25519');
const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const environment = { READER: 'botread@pve!ro=11-22', ACTOR: 'botact@pve!run=33-44' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-worker-config-'));
  writeFileSync(join(folder, 'bot.pub'), pem);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (): string => `site: home
proxmox:
  url: https://pve1:8006/
  trust: system
  reader: env:READER
  actor: env:ACTOR
worker:
  node: pve1
  state: ${folder}/state
  policy: ${folder}/node-policy.yaml
  bot_key: ${folder}/bot.pub
`;
const read = (yaml: string, env: { [name: string]: string } = environment) => {
  const whole = parseConfig(yaml, Config);
  assert.ok(whole.ok, JSON.stringify(whole));
  return workerConfig(whole.value, { path: '/etc/quorate/quorate.yaml', environment: env });
};
const places = (result: ReturnType<typeof read>): string[] =>
  result.ok ? [] : result.error.map(({ at }) => at).sort();

test('a whole configuration gives the tokens, the key, the floor and what no change may touch', () => {
  const config = read(text());
  assert.ok(config.ok, JSON.stringify(config));
  assert.equal(config.value.proxmox.url, 'https://pve1:8006');
  assert.equal(config.value.proxmox.reader.id, 'botread@pve!ro');
  assert.equal(config.value.proxmox.actor?.authorization(), 'PVEAPIToken=botact@pve!run=33-44');
  const floor = config.value.policy();
  assert.ok(floor.ok);
  assert.deepEqual(floor.value.votes, { low: 0, medium: 0, high: 1, critical: 2 });
  assert.ok(config.value.own.includes(`${folder}/node-policy.yaml`));
  assert.doesNotMatch(JSON.stringify(config.value), /33-44/);
});

test('every missing secret, broken token, key and policy is said at once', () => {
  writeFileSync(join(folder, 'bot.pub'), 'no key');
  writeFileSync(join(folder, 'node-policy.yaml'), 'version: 1\nfrozn: true\n');
  const config = read(text(), { READER: 'not-a-token' });
  const policy = `${folder}/node-policy.yaml frozn`;
  assert.deepEqual(places(config), [policy, 'proxmox.actor', 'proxmox.reader', 'worker.bot_key'].sort());
});

test('a worker that is a process of its own says where it was to meet the bot', () => {
  const path = join(folder, 'quorate.yaml');
  writeFileSync(path, text());
  const alone = readOwnProcess({ ...environment, QUORATE_CONFIG: path });
  assert.ok(!alone.ok);
  assert.deepEqual(
    alone.error.map(({ at }) => at),
    ['queue'],
  );
  const redis = readOwnProcess({
    ...environment,
    QUORATE_CONFIG: path,
    QUORATE_REDIS_URL: 'redis://127.0.0.1',
  });
  assert.ok(redis.ok);
  assert.deepEqual(redis.value.meeting, { redis: 'redis://127.0.0.1' });
});
