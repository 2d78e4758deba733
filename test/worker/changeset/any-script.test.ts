import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { apply, undo } from '#worker/changeset/apply';
import { openScratch, rehearsed } from './host.ts';
import { copyTree, noOverlay } from './overlay.ts';
import { treeOf } from './tree.ts';

/** Few names, so that steps meet: a path is a file here and a folder there. One is no UTF-8, one holds a line break. */
const NAMES = [
  'a',
  'b',
  "$(printf '\\351')",
  "$(printf 'l\\nb')",
  'etc',
  'etc/one',
  'etc/skel',
  'etc/skel/deep',
  'var',
];

const name = fc.constantFrom(...NAMES);
const path = fc
  .oneof(
    name,
    fc.tuple(name, name).map(([folder, file]) => `${folder}/${file}`),
  )
  .map((text) => `"${text}"`);
const mode = fc.constantFrom('0600', '0755', '2750', '1777', '4711', '0000');
const owner = fc.constantFrom('0:0', '1:2', '65534:65534');

// A folder that is copied into itself comes out as its file system happens to list it, so only files are copied.
const step = fc.oneof(
  path.map((at) => `echo x > ${at}`),
  path.map((at) => `echo more >> ${at}`),
  path.map((at) => `rm -rf ${at}`),
  path.map((at) => `mkdir -p ${at}`),
  fc.tuple(path, path).map(([from, to]) => `mv -T ${from} ${to}`),
  fc.tuple(path, path).map(([from, to]) => `test -d ${from} || cp -a ${from} ${to}`),
  fc.tuple(path, path).map(([from, to]) => `ln -sfn ${from} ${to}`),
  fc.tuple(path, mode).map(([at, to]) => `chmod ${to} ${at}`),
  fc.tuple(path, owner).map(([at, to]) => `chown -h ${to} ${at}`),
  path.map((at) => `mkfifo ${at}`),
  path.map((at) => `find ${at} -type f -delete`),
  fc.tuple(path, fc.nat(3)).map(([at, value]) => `setfattr -h -n trusted.x -v v${value} ${at}`),
);

const scripts = fc.array(step, { minLength: 1, maxLength: 12 }).map((steps) => steps.join('\n'));

describe('Whatever a script does to a tree', { skip: noOverlay() }, () => {
  it('rehearsed and applied it is what the bare script makes, and undone it is what was there', (context) => {
    const scratch = openScratch();
    const [bare, root] = [join(scratch.folder, 'bare'), join(scratch.folder, 'applied')];
    let [plays, changed, refused] = [0, 0, 0];
    const property = fc.property(scripts, (script) => {
      for (const copy of [bare, root]) copyTree(scratch.root, copy);
      const host = { ...scratch, root, transactions: join(scratch.folder, `tx-${plays}`) };
      plays += 1;
      const before = treeOf(root);
      const sealed = rehearsed(host, script);
      assert.deepEqual(treeOf(root), before, 'a rehearsal touches nothing');
      spawnSync('sh', ['-c', script], { cwd: bare, stdio: 'ignore' });
      const applied = apply(host, 'tx', sealed);
      if (!applied.ok) {
        refused += 1;
        assert.deepEqual(treeOf(root), before);
        return;
      }
      changed += sealed.changes.length;
      assert.deepEqual(treeOf(root, [/^\/\.quorate-/]), treeOf(bare));
      assert.deepEqual(undo(host, 'tx', sealed), { left: [] });
      assert.deepEqual(treeOf(root), before);
    });
    try {
      fc.assert(property, { numRuns: 150 });
    } finally {
      scratch.close();
    }
    context.diagnostic(`${plays} scripts, ${changed} changes, ${refused} refused`);
    assert.equal(refused, 0);
    assert.ok(changed > plays);
  });
});
