import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { NetworkEffect } from '#policies/effect';
import { moveTx, txPath, txState } from '#worker/network/transaction';
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

/** A worker that applies it and is killed right afterwards. */
const applyAndDie = async (effect: NetworkEffect): Promise<string> => {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'apply-child.ts'), JSON.stringify([the().root, the().pid, effect])],
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

/** How often it was not the worker itself that took it back. */
let byDeadMan = 0;

for (const [name, text] of Object.entries(BAD)) {
  test(`${name} is taken back when the worker is killed right after it`, {
    skip,
    timeout: 90_000,
  }, async () => {
    const tx = `bad-${Object.keys(BAD).indexOf(name)}`;
    const { host } = the();
    const said = await applyAndDie(effectOf(tx, text, 3));
    // What ifquery did not see in force the worker took back itself; for all else only a shell is left.
    if (said.includes('"ok":true')) {
      assert.deepEqual(waiting(tx), ['sh']);
      assert.equal(txState(host, tx), 'armed');
      assert.equal(the().read(), text);
      byDeadMan += 1;
    }
    await until(() => txState(host, tx) === 'restored');
    await isGood();
    assert.equal(moveTx(host, tx, { from: 'armed', to: 'kept' }), false);
  });
}

test('most of what is wrong looks right to ifupdown2, so that it is the dead man who takes it back', {
  skip,
}, () => {
  assert.ok(byDeadMan >= 4, String(byDeadMan));
});
