import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { NetworkEffect } from '#policies/effect';
import { moveTx, txPath, txState } from '#worker/network/transaction';
import type { KilledAt } from './apply-child.ts';
import { GOOD } from './good.ts';
import { effectOf, openNode, skip, type TestNode, until } from './rig.ts';

const node: TestNode | undefined = skip === false ? await openNode() : undefined;
after(() => node?.close());

const the = (): TestNode => {
  if (!node) throw new Error('no node');
  return node;
};

/** What looks right and cuts the node off, or never comes into force. */
const BAD: Readonly<Record<string, string>> = {
  'a wrong address': GOOD.replace('192.0.2.10/24', '203.0.113.7/24').replace('192.0.2.1\n', '203.0.113.1\n'),
  'a bridge without its port': GOOD.replace('bridge-ports nic1', 'bridge-ports none'),
  'a bridge that is manual': GOOD.replace('vmbr0 inet static', 'vmbr0 inet manual').replace(
    /\taddress.*\n\tgateway.*\n/,
    '',
  ),
  'no auto': GOOD.replace('auto vmbr0\n', ''),
  'an mtu that no NIC takes': GOOD.replace('bridge-fd 0', 'bridge-fd 0\n\tmtu 65000'),
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process ended while it was looked at.
    return '';
  }
};

/** What the processes that know of a change are. */
const waiting = (tx: string): string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && pid !== String(process.pid))
    .filter((pid) => textOf(`/proc/${pid}/cmdline`).includes(txPath(the().host, tx)))
    .map((pid) => textOf(`/proc/${pid}/comm`).trim());

/** A worker that applies it and is killed right afterwards, or on the way. */
const applyAndDie = async (effect: NetworkEffect, at: KilledAt = 'the end'): Promise<string> => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'apply-child.ts'), JSON.stringify([the().root, the().pid, effect, at])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += String(chunk);
  });
  const [, signal] = await once(child, 'close');
  assert.equal(signal, 'SIGKILL');
  return said;
};

const isGood = async (): Promise<void> => {
  assert.equal(the().read(), GOOD);
  assert.match(await the().sh('ifquery --check -a >/dev/null 2>&1; echo rc $?'), /rc 0/);
  assert.match(await the().sh('ip -br addr show vmbr0'), /UP +192\.0\.2\.10\/24/);
  assert.match(await the().sh('ip -br link show master vmbr0'), /nic1/);
};

/** How long the dead man waits (s). */
const T = 3;

/** Where it was not the worker itself that took it back: how long after the timer began it was restored (ms). */
const byDeadMan: number[] = [];

/** By the times of the files, so that nothing counts that this process had to wait for. */
const restoredAfter = (tx: string): number => {
  const at = (name: string) => statSync(join(the().root, txPath(the().host, tx), name));
  return at('restored').ctimeMs - at('timer').mtimeMs;
};

for (const [name, text] of Object.entries(BAD)) {
  test(`${name} is taken back when the worker is killed right after it`, {
    skip,
    timeout: 90_000,
  }, async () => {
    const tx = `bad-${Object.keys(BAD).indexOf(name)}`;
    const { host } = the();
    const said = await applyAndDie(effectOf(tx, text, T));
    // What ifquery did not see in force the worker took back itself; for all else only a shell is left.
    if (said.includes('"ok":true')) {
      assert.deepEqual(waiting(tx), ['sh']);
      assert.equal(txState(host, tx), 'armed');
      assert.equal(the().read(), text);
    }
    await until(() => txState(host, tx) === 'restored');
    if (said.includes('"ok":true')) byDeadMan.push(restoredAfter(tx));
    await isGood();
    assert.equal(moveTx(host, tx, { from: 'armed', to: 'kept' }), false);
  });
}

test('most of what is wrong looks right to ifupdown2, so that it is the dead man who takes it back', {
  skip,
}, () => {
  assert.ok(byDeadMan.length >= 4, String(byDeadMan.length));
});

test('he takes it back no sooner than he was told to, and within two seconds of it', { skip }, (context) => {
  const took = byDeadMan.toSorted((a, b) => a - b);
  context.diagnostic(`T = ${T} s, restored after ${took.map(Math.round).join(', ')} ms`);
  assert.ok((took[0] ?? 0) >= T * 1000);
  // Half of them: on a machine that does much else one may have to wait for its turn.
  assert.ok((took[took.length >> 1] ?? Infinity) <= (T + 2) * 1000);
});

const ON_THE_WAY: readonly (readonly [string, KilledAt])[] = [
  ['before a byte of it was written', { when: 'after', program: 'setsid' }],
  ['when it was written and not in force', { when: 'before', program: 'ifreload' }],
  ['while ifupdown2 puts it in force', { when: 'during', program: 'ifreload' }],
  ['when it was in force and nobody had looked', { when: 'after', program: 'ifreload' }],
];

for (const [where, at] of ON_THE_WAY) {
  test(`a worker that is killed ${where} leaves it to the dead man`, { skip, timeout: 90_000 }, async () => {
    const tx = `way-${ON_THE_WAY.findIndex(([one]) => one === where)}`;
    const { host } = the();
    const said = await applyAndDie(effectOf(tx, BAD['a wrong address'] ?? '', 1), at);
    assert.equal(said, '');
    await until(() => txState(host, tx) === 'restored');
    await isGood();
    await until(() => waiting(tx).length === 0);
  });
}
