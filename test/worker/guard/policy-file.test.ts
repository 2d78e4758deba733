import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { canonical } from '#db/canonical';
import { parseConfig } from '#db/config/read-config';
import { hashPlan } from '#db/journal/plans';
import { Config } from '#policies/config';
import { samplePlan, sampleTicket } from '#test/db/journal/sample';
import { workerConfig } from '#worker/config';
import { admit, refusedAnyway } from '#worker/guard';
import { openGuard } from '#worker/guard/open-guard';

const { publicKey: botKey, privateKey } = generateKeyPairSync('ed25519');
let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-policy-'));
  path = join(folder, 'node-policy.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (text: string): void => {
  writeFileSync(path, text);
  chmodSync(path, 0o644);
};

/** The guard of a worker that was started while the file was as it is now. */
const started = () => {
  const yaml = `site: home
proxmox: { url: "https://pve1:8006", trust: system, reader: "env:READER" }
worker: { node: pve1, state: ${folder}/state, policy: ${path} }`;
  const whole = parseConfig(yaml, Config);
  assert.ok(whole.ok);
  const environment = { READER: 'botread@pve!ro=11-22' };
  const config = workerConfig(whole.value, { path: `${folder}/quorate.yaml`, environment, botKey });
  assert.ok(config.ok, JSON.stringify(config));
  return openGuard(config.value);
};

/** What is said to a plan, and what to its start; null = it may go on. */
const answers = (guard: ReturnType<typeof started>): unknown[] => {
  const plan = samplePlan('a');
  const hash = hashPlan(plan);
  const text = canonical(sampleTicket(plan, hash));
  const ticket = { text, signature: sign(null, Buffer.from(text), privateKey).toString('base64') };
  const start = admit(guard, plan, { change: plan.change, hash, now: 100, ticket });
  return [refusedAnyway(guard, plan) ?? null, start.ok ? null : start.error];
};
const both = (rule: string): unknown[] => {
  const refusal = { no: 'node-policy', rule, risk: 'high', needs: 0 };
  return [refusal, refusal];
};

test('a node is frozen, and thawed, at the next plan and the next start without a restart', () => {
  const guard = started();
  assert.deepEqual(answers(guard), [null, null]);
  write('version: 1\nfrozen: true\n');
  assert.deepEqual(answers(guard), both('frozen'));
  rmSync(path);
  assert.deepEqual(answers(guard), [null, null]);
});

test('a node policy that became invalid or unreadable refuses every plan and every start, and says so', () => {
  write('version: 1\n');
  const guard = started();
  assert.deepEqual(answers(guard), [null, null]);
  write('version: 1\nfrozn: true\n');
  assert.deepEqual(answers(guard), both('unusable'));
  rmSync(path);
  mkdirSync(path);
  assert.deepEqual(answers(guard), both('unusable'));
});

test('a node policy that others may write to refuses everything', () => {
  const guard = started();
  for (const mode of [0o664, 0o646]) {
    write('version: 1\n');
    chmodSync(path, mode);
    assert.deepEqual(answers(guard), both('unusable'));
  }
});

test('a node policy of a user who is neither root nor the worker refuses everything', {
  skip: process.geteuid?.() !== 0 && 'only root can give a file away',
}, () => {
  const guard = started();
  write('version: 1\n');
  chownSync(path, 12_345, 12_345);
  assert.deepEqual(answers(guard), both('unusable'));
});
