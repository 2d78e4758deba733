import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { applyNetwork } from '#worker/network/apply';
import { restoreNow } from '#worker/network/dead-man';
import { keepNetwork } from '#worker/network/keep';
import { INTERFACES, PENDING, STATE } from '#worker/network/network-host';
import { guardPath, layDown, moveTx, txState } from '#worker/network/transaction';
import { GOOD } from './good.ts';
import { effectOf, filesOf, openNode, skip, type TestNode } from './rig.ts';

const node: TestNode | undefined = skip === false ? await openNode() : undefined;
after(() => node?.close());

const the = (): TestNode => {
  if (!node) throw new Error('no node');
  return node;
};

const OTHER = GOOD.replace('192.0.2.10', '192.0.2.11');
const PATH = { peer: '192.0.2.1', devices: ['vmbr0', 'nic1'] };
const LONG = 600;

test('an edit between plan and apply means that nothing is touched and nothing is armed', {
  skip,
}, async () => {
  const { host, root, read, sh } = the();
  const edited = `${GOOD}# by hand\n`;
  writeFileSync(join(root, INTERFACES), edited);
  const scene = await sh('ip -br addr; ip route');
  const ended = await applyNetwork(host, effectOf('drift', OTHER, LONG));
  assert.deepEqual(ended, { ok: false, error: { why: `${INTERFACES}: differs`, asBefore: true } });
  assert.equal(read(), edited);
  assert.equal(txState(host, 'drift'), null);
  assert.equal(await sh('ip -br addr; ip route'), scene);
  writeFileSync(join(root, INTERFACES), GOOD);
});

test('a change of devices that lead elsewhere is not kept by whoever comes another way', {
  skip,
}, async () => {
  const { host, sh } = the();
  await sh('ip addr add 198.51.100.10/24 dev nic2; ip link set nic2 up');
  assert.deepEqual(await applyNetwork(host, effectOf('good', OTHER, LONG)), { ok: true, value: true });
  const kept = await keepNetwork(host, 'good', { ...PATH, peer: '198.51.100.1' });
  assert.deepEqual(kept, { ok: false, error: { no: 'another-path', device: 'nic2' } });
  const silent = await keepNetwork(host, 'good', { ...PATH, peer: '192.0.2.99' });
  assert.deepEqual(silent, { ok: false, error: { no: 'no-path', peer: '192.0.2.99' } });
  assert.equal(txState(host, 'good'), 'armed');
});

test('a good change is kept over the changed path, and its restorer leaves it alone', { skip }, async () => {
  const { host, read, sh } = the();
  assert.deepEqual(await keepNetwork(host, 'good', PATH), { ok: true, value: true });
  assert.equal((await restoreNow(host, 'good')).ok, false);
  assert.equal(txState(host, 'good'), 'kept');
  assert.equal(read(), OTHER);
  assert.match(await sh('ip -br addr show vmbr0'), /192\.0\.2\.11\/24/);
});

test('a kept change that is undone is taken back by the same script, what was pending too', {
  skip,
}, async () => {
  const { host, root, read, sh } = the();
  assert.ok(moveTx(host, 'good', { from: 'kept', to: 'restoring' }));
  assert.deepEqual(await restoreNow(host, 'good'), { ok: true, value: true });
  assert.equal(read(), GOOD);

  writeFileSync(join(root, PENDING), OTHER, { mode: 0o644 });
  const effect = { ...effectOf('pending', OTHER, LONG), before: filesOf(GOOD, OTHER) };
  assert.deepEqual(await applyNetwork(host, effect), { ok: true, value: true });
  assert.match(await sh(`ls ${PENDING}`), /exit 2/);
  assert.deepEqual(await restoreNow(host, 'pending'), { ok: true, value: true });
  assert.equal(read(), GOOD);
  assert.equal(read(PENDING), OTHER);
  rmSync(join(root, PENDING));
});

test('after a reboot the files of what nobody kept are back before networking starts', { skip }, async () => {
  const { host, root, read, sh } = the();
  for (const [tx, state] of [
    ['boot-armed', 'armed'],
    ['boot-restoring', 'restoring'],
    ['boot-kept', 'kept'],
  ] as const) {
    layDown(host, tx, filesOf(GOOD));
    if (state !== 'armed') moveTx(host, tx, { from: 'armed', to: state });
  }
  writeFileSync(join(root, INTERFACES), OTHER);
  const unit = await sh(`sh ${guardPath(host)} boot ${STATE}; echo rc $?`);
  assert.match(unit, /rc 0/);
  assert.equal(read(), GOOD);
  assert.deepEqual(
    ['boot-armed', 'boot-restoring', 'boot-kept'].map((tx) => txState(host, tx)),
    ['restored', 'restored', 'kept'],
  );
});

test('of keep and restore exactly one wins, in each of 100 races', { skip, timeout: 120_000 }, async () => {
  const { host, root, read, sh } = the();
  const wins = { kept: 0, restored: 0 };
  for (let round = 0; round < 100; round++) {
    const tx = `race-${round}`;
    const alone = `${STATE}/alone-${round}`;
    mkdirSync(join(root, alone), { recursive: true });
    layDown({ ...host, state: alone }, tx, filesOf(GOOD));
    writeFileSync(join(root, INTERFACES), OTHER);
    const restoring = sh(`sh ${guardPath({ ...host, state: alone })} boot ${alone}`);
    await sleep((round * 7) % 25);
    const kept = moveTx({ ...host, state: alone }, tx, { from: 'armed', to: 'kept' });
    await restoring;
    const state = txState({ ...host, state: alone }, tx);
    assert.equal(state, kept ? 'kept' : 'restored');
    assert.equal(read(), kept ? OTHER : GOOD);
    wins[kept ? 'kept' : 'restored'] += 1;
  }
  assert.equal(wins.kept + wins.restored, 100);
  assert.ok(wins.kept > 0 && wins.restored > 0, JSON.stringify(wins));
  renameSync(join(root, STATE), join(root, `${STATE}.done`));
});
