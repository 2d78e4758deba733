import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { Config } from '#policies/config';
import type { Effect } from '#policies/effect';
import { samplePlan } from '#test/db/journal/sample';
import { PVE1 } from '#test/worker/jobs/site';
import { workerConfig } from '#worker/config';
import { refusedAnyway } from '#worker/guard';
import { openGuard } from '#worker/guard/open-guard';
import { ownFiles } from '#worker/guard/own-files';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'quorate-own-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A configuration that names a file of its own for everything it can. */
const whole = (under: string, root = `${under}/root`): Config =>
  Config.parse({
    site: 'home',
    proxmox: {
      url: 'https://pve1:8006',
      trust: { ca: `${under}/ca.pem` },
      reader: `file:${under}/reader`,
      actor: `file:${under}/actor`,
    },
    queue: { socket: `${under}/queue.sock` },
    worker: {
      node: 'pve1',
      state: `${under}/worker`,
      root,
      policy: `${under}/policy.yaml`,
      bot_key: `${under}/bot.pub`,
    },
    bot: {
      state: `${under}/bot`,
      rules: `${under}/rules.yaml`,
      telegram: { token: `file:${under}/telegram`, chats: [-1001] },
    },
  });

test("every path in the configuration is Quorate's own, the bot's too, and only the host's root is not", () => {
  const own = ownFiles(whole('/q'), '/q/quorate.yaml');
  const names = ['quorate.yaml', 'ca.pem', 'reader', 'actor', 'queue.sock', 'queue.sock.secret', 'worker'];
  const more = ['policy.yaml', 'bot.pub', 'bot', 'rules.yaml', 'telegram'];
  const onHost = own.filter((path) => !path.startsWith('/q/') || path.startsWith('/q/root/'));
  assert.deepEqual(
    own.filter((path) => !onHost.includes(path)).sort(),
    [...names, ...more].map((name) => `/q/${name}`).sort(),
  );
});

test('the units that start Quorate and the folder where it is usually configured are its own, on the host too', () => {
  const own = ownFiles(whole('/q'), '/q/quorate.yaml');
  const unit = '/etc/systemd/system/quorate-worker.service';
  for (const path of ['/etc/quorate', unit, `${unit}.d`, '/etc/default/quorate'])
    assert.ok(own.includes(path) && own.includes(`/q/root${path}`), path);
  assert.ok(!own.includes('/etc/systemd/system'));
});

/** The guard of a worker with a whole configuration in `conf`, which is a link to `real` or to be one. */
const guardOf = () => {
  mkdirSync(join(folder, 'real/root/etc'), { recursive: true });
  symlinkSync(join(folder, 'real'), join(folder, 'conf'));
  const token = 'a@pve!b=11-22';
  for (const [name, text] of Object.entries({ 'ca.pem': 'pem', reader: token, actor: token }))
    writeFileSync(join(folder, 'real', name), text, { mode: 0o600 });
  const at = join(folder, 'conf');
  const config = whole(at, '/');
  const botKey = generateKeyPairSync('ed25519').publicKey;
  const read = workerConfig(config, { path: join(at, 'quorate.yaml'), environment: {}, botKey });
  assert.ok(read.ok, JSON.stringify(read));
  return openGuard(read.value);
};

test('no recipe reaches a file of Quorate, by its path or behind a link, whether it is there yet or not', () => {
  const guard = guardOf();
  const denies = (path: string): boolean => {
    const effect: Effect = { kind: 'file', path, before: null, after: null };
    const refusal = refusedAnyway(guard, samplePlan('a', { target: PVE1, effects: [effect] }));
    return refusal?.no === 'absolute' && refusal.rule === 'own-files';
  };
  mkdirSync(join(folder, 'real/bot'));
  for (const name of ['quorate.yaml', 'reader', 'telegram', 'rules.yaml', 'policy.yaml', 'bot/bot-key.pem'])
    for (const way of ['conf', 'real']) assert.ok(denies(join(folder, way, name)), `${way}/${name}`);
  assert.ok(!denies(join(folder, 'real/root/etc/x')));
});
