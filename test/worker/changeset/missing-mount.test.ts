import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { apply } from '#worker/changeset/apply';
import { LARGEST_FILE, readMeta } from '#worker/changeset/read-meta';
import { type Sealed, seal } from '#worker/changeset/seal';
import { recover, undo } from '#worker/changeset/undo';
import type { Workshop } from '#worker/changeset/way';
import { Rehearsal, unable } from './rehearse.ts';
import { isStopped, stopHere } from './stopped.ts';
import { treeState } from './tree-state.ts';

const GONE = { ok: false, error: { problem: 'other-mount', path: '/var' } };

type Stage = { readonly shop: Workshop; readonly sealed: Sealed; readonly state: () => unknown };

/** A tree with a folder of the same disk mounted in it, and a set that removes and makes something there. */
const withMount = (use: (stage: Stage, how: { mount: () => void; unmount: () => void }) => void): void => {
  using rehearsal = new Rehearsal('mkdir var; echo under > var/under');
  const { root, folder } = rehearsal;
  const [disk, at] = [join(folder, 'disk'), join(root, 'var')];
  mkdirSync(disk, { mode: 0o755 });
  rehearsal.bare('echo a > a', disk);
  const mount = (): unknown => execFileSync('mount', ['--bind', disk, at]);
  const unmount = (): unknown => execFileSync('umount', [at]);
  const mounts = (['/', '/var'] as const).map((path) => ({ path, profile: 'posix' as const }));
  const shop = { ...rehearsal.shop, host: { root, mounts } };
  const there = readMeta(Buffer.from(`${disk}/a`), { path: '/var/a', most: LARGEST_FILE });
  const made = readMeta(Buffer.from(disk), { path: '/var/n', most: 0 });
  const changes = [
    { path: '/var/a', before: there, after: null },
    { path: '/var/n', before: null, after: made },
  ];
  const sealed = seal(shop.store, { changes, content: new Map() });
  assert.ok(sealed.ok);
  mount();
  try {
    use({ shop, sealed: sealed.value, state: () => treeState(root, { staged: true }) }, { mount, unmount });
  } finally {
    unmount();
  }
};

describe('where a mount is gone', { skip: unable }, () => {
  test('nothing is applied to the folder in its place', () =>
    withMount(({ shop, sealed, state }, { mount, unmount }) => {
      unmount();
      const under = state();
      assert.deepEqual(apply(shop, sealed, 't'), GONE);
      assert.deepEqual([state(), recover(shop)], [under, []]);
      mount();
      assert.ok(apply(shop, sealed, 't').ok);
    }));

  test('nothing is undone until it is back, and what was displaced waits on it', () =>
    withMount(({ shop, sealed, state }, { mount, unmount }) => {
      const old = state();
      assert.ok(apply(shop, sealed, 't').ok);
      unmount();
      const under = state();
      assert.deepEqual(undo(shop, 't'), GONE);
      assert.deepEqual([state(), recover(shop)], [under, []]);
      mount();
      assert.deepEqual(undo(shop, 't'), { ok: true, value: { left: [] } });
      assert.deepEqual(state(), old);
    }));

  test('what was killed is taken back at the first start at which it is there', () =>
    withMount(({ shop, sealed, state }, { mount, unmount }) => {
      const old = state();
      assert.ok(
        isStopped(() => apply({ ...shop, step: (at) => at === 'performed' && stopHere() }, sealed, 't')),
      );
      unmount();
      assert.deepEqual(recover(shop), [{ id: 't', left: ['/var'] }]);
      mount();
      assert.deepEqual(recover(shop), [{ id: 't', left: [] }]);
      assert.deepEqual(state(), old);
    }));
});
