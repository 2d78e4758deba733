import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DEFAULT_POLICY } from '#worker/guard/node-policy';
import { readPolicy } from '#worker/guard/policy-file';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-policy-'));
  path = join(folder, 'node-policy.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FROZEN = 'version: 1\nfrozen: true\n';
const expected = (): string => {
  const read = readPolicy(path);
  return read.ok ? 'ok' : read.error.map((one) => `${one.at.replace(folder, '')}: ${one.expected}`).join();
};

test('a node policy that is there is believed, as it is at that moment', () => {
  assert.deepEqual(readPolicy(path), { ok: true, value: DEFAULT_POLICY });
  writeFileSync(path, 'version: 1\nvotes: { high: 0, critical: 0 }\ndeny: [guest.destroy]\n');
  const policy = readPolicy(path);
  assert.ok(policy.ok);
  assert.deepEqual(policy.value.votes, { low: 0, medium: 0, high: 0, critical: 0 });
  writeFileSync(path, FROZEN);
  const later = readPolicy(path);
  assert.equal(later.ok && later.value.frozen, true);
});

test('a node policy with a word that nobody knows is no policy', () => {
  writeFileSync(path, 'version: 1\nfrozn: true\n');
  assert.equal(expected(), '/node-policy.yaml frozn: no such key');
  writeFileSync(path, '{');
  assert.notEqual(expected(), 'ok');
});

test('a folder, a pipe and a link to nothing in the place of the node policy are no policy', () => {
  mkdirSync(path);
  assert.equal(expected(), '/node-policy.yaml: a regular file');
  rmSync(path, { recursive: true });
  execFileSync('mkfifo', ['-m', '600', path]);
  assert.equal(expected(), '/node-policy.yaml: a regular file');
  rmSync(path);
  symlinkSync(join(folder, 'nowhere'), path);
  assert.equal(expected(), '/node-policy.yaml: a file behind this link');
});

test('a node policy that others can write, or take away, is no policy', () => {
  writeFileSync(path, FROZEN);
  chmodSync(path, 0o620);
  assert.equal(expected(), '/node-policy.yaml: nobody else to write it: chmod go-w (mode 620)');
  chmodSync(path, 0o644);
  assert.equal(expected(), 'ok');
  chmodSync(folder, 0o777);
  assert.equal(expected(), ': nobody else to write it: chmod go-w (mode 777)');
  chmodSync(folder, 0o1777);
  assert.equal(expected(), 'ok');
});

test('a node policy that belongs to somebody else is no policy', {
  skip: process.geteuid?.() !== 0 && 'only root can give a file away',
}, () => {
  writeFileSync(path, FROZEN);
  chownSync(path, 4242, 0);
  assert.equal(expected(), '/node-policy.yaml: root as its owner, not uid 4242');
});
