import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { parseConfig } from '#db/config/read-config';
import { Config } from '#policies/config';
import { Target } from '#policies/target';
import { samplePlan } from '#test/db/journal/sample';
import { workerConfig } from '#worker/config';
import { refusedAnyway } from '#worker/guard';
import { openGuard } from '#worker/guard/open-guard';

const { publicKey } = generateKeyPairSync('ed25519');
const pem = publicKey.export({ type: 'spki', format: 'pem' });
let folder = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'quorate-own-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const lay = (path: string, text: string): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text, { mode: 0o600 });
};

/** The guard of a worker whose configuration names a file of every kind. */
const guarded = () => {
  lay('keys/bot.pub', pem.toString());
  lay('keys/ca.pem', 'a certificate');
  lay('secrets/reader', 'botread@pve!ro=11-22');
  lay('secrets/actor', 'botact@pve!run=33-44');
  lay('etc/systemd/system/other.service', '');
  const yaml = `site: home
proxmox:
  { url: "https://pve1:8006", trust: { ca: ${folder}/keys/ca.pem }, reader: "file:${folder}/secrets/reader", actor: "file:${folder}/secrets/actor" }
queue: { socket: ${folder}/run/meet.sock }
worker: { node: pve1, state: ${folder}/worker-state, policy: ${folder}/conf/policy.yaml, bot_key: ${folder}/keys/bot.pub, root: ${folder} }
bot: { state: ${folder}/bot-state, rules: ${folder}/conf/rules.yaml, telegram: { token: "file:${folder}/secrets/telegram", chats: [1] } }`;
  const whole = parseConfig(yaml, Config);
  assert.ok(whole.ok, JSON.stringify(whole));
  const config = workerConfig(whole.value, { path: `${folder}/conf/quorate.yaml`, environment: {} });
  assert.ok(config.ok, JSON.stringify(config));
  return openGuard(config.value);
};

/** What is said to a plan that writes one file below the root. */
const answer = (guard: ReturnType<typeof guarded>, path: string): string => {
  const effects = [{ kind: 'file' as const, path, before: null, after: null }];
  const target = Target.parse({ kind: 'node', site: 'home', node: 'pve1' });
  const plan = samplePlan('a', { target, effects });
  const refusal = refusedAnyway(guard, plan);
  return refusal?.no === 'absolute' ? refusal.rule : JSON.stringify(refusal ?? 'allowed');
};

test('no plan writes a file that the configuration names: keys, secrets, state, rules, policy, sockets or itself', () => {
  for (const place of ['worker-state', 'bot-state', 'conf', 'run']) mkdirSync(join(folder, place));
  const guard = guarded();
  for (const path of [
    '/conf/quorate.yaml',
    '/conf/policy.yaml',
    '/conf/rules.yaml',
    '/keys/bot.pub',
    '/keys/ca.pem',
    '/secrets/reader',
    '/secrets/actor',
    '/secrets/telegram',
    '/worker-state/journal.db',
    '/bot-state/bot-key.pem',
    '/bot-state/ledger.sqlite',
    '/run/meet.sock',
    '/run/meet.sock.secret',
  ])
    assert.equal(answer(guard, path), 'own-files', path);
  assert.equal(answer(guard, '/secrets/somebody-else'), JSON.stringify('allowed'));
});

test('no plan writes the units that start Quorate, nor what is put beside them', () => {
  const guard = guarded();
  mkdirSync(join(folder, 'etc/systemd/system/quorate-worker.service.d'));
  for (const path of ['quorate.service', 'quorate-bot.service', 'quorate-worker.service.d/override.conf'])
    assert.equal(answer(guard, `/etc/systemd/system/${path}`), 'own-files', path);
  assert.equal(answer(guard, '/etc/systemd/system/other.service'), JSON.stringify('allowed'));
});

test('a link in the way does not lead around the list, even to a file that is not there yet', () => {
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'bot-state'));
  const guard = guarded();
  assert.equal(answer(guard, '/elsewhere/bot-key.pem'), 'own-files');
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'conf'));
  assert.equal(answer(guarded(), '/elsewhere/rules.yaml'), 'own-files');
});
