import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { apply } from '#worker/changeset/apply';
import { recover } from '#worker/changeset/undo';
import { memory, Rehearsal, unable } from './rehearse.ts';
import { treeState } from './tree-state.ts';

const TREE = 'mkdir -p a s; echo 1 > a/one; echo 2 > two; ln -s one a/link';
const SCRIPT =
  'echo >> a/one; rm two; mkdir n; echo n > n/n; rm -r s; echo s > s; chmod 700 a; rm a/link; for i in $(seq 40); do echo > n/$i; done';

/** A journal on a disk of its own with room for so many entries and pages of 4 KiB. */
const applied = (room: { readonly entries: number; readonly pages: number }): boolean => {
  using rehearsal = new Rehearsal(TREE, memory);
  const { shop, root } = rehearsal;
  const old = treeState(root);
  const sealed = rehearsal.sealed(SCRIPT);
  mkdirSync(shop.journal, { mode: 0o700 });
  const size = `size=${room.pages * 4}k,nr_inodes=${room.entries}`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', size, 'none', shop.journal]);
  try {
    const done = apply(shop, sealed, 't');
    if (done.ok) return true;
    assert.deepEqual(done, { ok: false, error: { problem: 'no-space', mount: shop.journal } });
    assert.deepEqual(treeState(root, { staged: true }), old);
    execFileSync('mount', ['-o', 'remount,size=1m,nr_inodes=1000', shop.journal]);
    assert.deepEqual([recover(shop), readdirSync(shop.journal)], [[], []]);
    return false;
  } finally {
    execFileSync('umount', [shop.journal]);
  }
};

describe('a journal whose disk is full', { skip: unable }, () => {
  test('refuses the change set at whichever entry it was, and the tree is as before', () => {
    let entries = 1;
    while (!applied({ entries, pages: 100 })) entries += 1;
    assert.ok(entries >= 4, `${entries} entries`);
  });

  test('refuses the change set at whichever page it was, and the tree is as before', () => {
    let pages = 1;
    while (!applied({ entries: 100, pages })) pages += 1;
    assert.ok(pages > 1, `${pages} pages`);
  });
});
