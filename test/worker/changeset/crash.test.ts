import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { apply, type Host, undo } from '#worker/changeset/apply';
import { recover } from '#worker/changeset/recover';
import type { Sealed } from '#worker/changeset/seal';
import type { Watch } from '#worker/changeset/watch';
import { openScratch, rehearsed, type Scratch } from './host.ts';
import { copyTree, noOverlay } from './overlay.ts';
import { treeOf } from './tree.ts';

const skip = noOverlay();

/** Every kind of change, and folders that come, go and become something else around others. */
const SCRIPT = `
echo more >> etc/one; rm etc/two; rm -r etc/skel; echo file > etc/skel
mkdir -p new/deep; echo x > new/deep/file; chmod 0700 var; ln -sfn two etc/link
rm -rf var/log; echo file > var/log; echo a > new/a; ln new/a new/b; rm etc/one.bak
rm etc/turns; mkdir etc/turns; echo in > etc/turns/in
`;

/** What ends a process between two steps, as far as the disk can tell: nothing more is done, not even tidied. */
class Killed extends Error {}

const killAt = (moment: number): { readonly watch: Watch; readonly count: () => number } => {
  let seen = 0;
  return {
    count: () => seen,
    watch: () => {
      seen += 1;
      if (seen === moment) throw new Killed();
    },
  };
};

const dies = (act: () => unknown): boolean => {
  try {
    act();
    return false;
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
};

type Tree = ReturnType<typeof treeOf>;

describe('Killed at any moment and again at any moment of the recovery, a host is exactly as before or as after', {
  skip,
}, () => {
  let scratch: Scratch;
  let sealed: Sealed;
  let old: Tree;
  let fresh: Tree;
  const HIDDEN = [/^\/\.quorate-/];
  const now = ({ root }: Host): Tree => treeOf(root, HIDDEN);
  const sealedOf = (): Sealed => sealed;

  /** A host as it was before anything. */
  const anew = (): Host => {
    const root = join(scratch.folder, 'copy');
    copyTree(scratch.root, root);
    rmSync(scratch.transactions, { recursive: true, force: true });
    return { root, transactions: scratch.transactions };
  };

  before(() => {
    scratch = openScratch();
    spawnSync('sh', ['-c', 'echo bak > etc/one.bak; echo turns > etc/turns'], { cwd: scratch.root });
    sealed = rehearsed(scratch, SCRIPT);
    old = now(scratch);
    const done = anew();
    assert.deepEqual(apply(done, 'tx', sealed), { ok: true, value: true });
    fresh = now(done);
    assert.notDeepEqual(fresh, old);
  });
  after(() => scratch.close());

  const wholeOf = (host: Host): void => {
    const [one] = recover(host, sealedOf);
    const tree = now(host);
    assert.deepEqual(tree, one?.is === 'applied' ? fresh : old);
    assert.equal(
      Object.keys(treeOf(host.root)).length > Object.keys(tree).length,
      one?.is === 'applied',
      'what was displaced is kept where it was applied, and nowhere else',
    );
  };

  it('while a change set is applied', (context) => {
    let played = 0;
    const { watch, count } = killAt(Number.POSITIVE_INFINITY);
    apply(anew(), 'tx', sealed, watch);
    const applying = count();
    for (let first = 1; first <= applying; first += 1) {
      for (let second = 1; ; second += 1) {
        const host = anew();
        assert.ok(dies(() => apply(host, 'tx', sealed, killAt(first).watch)));
        const again = dies(() => recover(host, sealedOf, killAt(second).watch));
        wholeOf(host);
        played += 1;
        if (!again) break;
      }
    }
    context.diagnostic(`${played} pairs, ${applying} moments of applying`);
    assert.ok(applying > 20 && played > 200);
  });

  it('while one is undone', (context) => {
    let played = 0;
    for (let first = 1; ; first += 1) {
      const host = anew();
      apply(host, 'tx', sealed);
      if (!dies(() => undo(host, 'tx', sealed, killAt(first).watch))) break;
      recover(host, sealedOf);
      assert.deepEqual(now(host), old);
      played += 1;
    }
    context.diagnostic(`${played} moments of undoing`);
    assert.ok(played > 15);
  });
});
