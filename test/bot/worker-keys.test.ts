import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { loadBotSettings } from '#bot/config';
import { keyText } from '#db/queue/sealed';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-worker-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { publicKey } = generateKeyPairSync('ed25519');
const load = (keys: string) => {
  const path = join(folder, 'quorate.yaml');
  writeFileSync(path, `site: home\nbot: { state: ${folder}, rules: two-person${keys} }\n`);
  return loadBotSettings(path, {});
};
const pem = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test('the keys that the configuration pins belong to the workers of the nodes it names', () => {
  const pinned = pem('pve1.pub', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const settings = load(`, worker_keys: { pve1: ${pinned} }`);
  assert.ok(settings.ok, JSON.stringify(settings));
  assert.deepEqual([...(settings.value.workerKeys ?? [])], [['node.home.pve1', keyText(publicKey)]]);
  const none = load('');
  assert.ok(none.ok);
  assert.equal(none.value.workerKeys, null);
});

test('every pinned key that cannot be read is said at once, each by its node', () => {
  const settings = load(`, worker_keys: { pve1: ${pem('bad', 'no key')}, pve2: ${folder}/none }`);
  assert.ok(!settings.ok);
  assert.deepEqual(
    settings.error.map(({ at }) => at),
    ['bot.worker_keys.pve1', 'bot.worker_keys.pve2'],
  );
});
