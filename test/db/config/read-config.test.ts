import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseConfig, readConfig } from '#db/config/read-config';
import { readSecret } from '#db/config/secret';
import { Config } from '#policies/config';

const folder = mkdtempSync(join(tmpdir(), 'quorate-config-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const GOOD = `site: home
proxmox:
  url: https://127.0.0.1:8006
  trust: system
  reader: env:READER
worker:
  node: pve1
  state: /var/lib/quorate
`;

test('a whole file is read and what it leaves out has its default', () => {
  const read = parseConfig(GOOD, Config);
  assert.ok(read.ok);
  assert.equal(read.value.worker?.root, '/');
});

test('all complaints come at once, each with its path and its line', () => {
  const read = parseConfig('site: HOME\nworker:\n  node: pve1\n  sate: /x\n  state: here\n', Config);
  assert.ok(!read.ok);
  assert.deepEqual(read.error.map(({ at, line }) => [at, line]).sort(), [
    ['site', 1],
    ['worker.sate', 4],
    ['worker.state', 5],
  ]);
});

test('a key that is there twice is refused with its line', () => {
  const read = parseConfig('site: home\nsite: other\n', Config);
  assert.ok(!read.ok);
  assert.equal(read.error[0]?.line, 2);
});

test('a missing file is a complaint and not a crash', () => {
  const read = readConfig(join(folder, 'none.yaml'), Config);
  assert.ok(!read.ok);
  assert.match(read.error[0]?.expected ?? '', /none\.yaml \(ENOENT\)/);
});

test('a secret file that others can read is refused, and its text is not in the complaint', () => {
  const path = join(folder, 'token');
  writeFileSync(path, 'hush\n', { mode: 0o600 });
  assert.deepEqual(readSecret(`file:${path}`, {}), { ok: true, value: 'hush' });
  chmodSync(path, 0o640);
  const read = readSecret(`file:${path}`, {});
  assert.ok(!read.ok);
  assert.match(read.error, /chmod 600/);
  assert.doesNotMatch(read.error, /hush/);
});

test('a secret in the environment is found by its name or complained about by its name', () => {
  assert.deepEqual(readSecret('env:A', { A: 'x' }), { ok: true, value: 'x' });
  const read = readSecret('env:A', {});
  assert.ok(!read.ok && /variable A/.test(read.error));
});
