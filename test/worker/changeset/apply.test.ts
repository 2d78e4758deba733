import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { apply, undo } from '#worker/changeset/apply';
import { readSealed } from '#worker/changeset/seal';
import { openScratch, rehearsed, type Scratch, told } from './host.ts';
import { copyTree, noOverlay } from './overlay.ts';
import { treeOf } from './tree.ts';

const skip = noOverlay();

let host: Scratch;
beforeEach(() => {
  host = openScratch();
});
afterEach(() => host.close());

const run = (script: string): void => {
  execFileSync('sh', ['-c', script], { cwd: host.root });
};

const ALL = `
echo more >> etc/one; rm etc/two; mv etc/apt etc/apt.old; rm -r etc/skel; echo file > etc/skel
mkdir -p new/deep; echo x > new/deep/file; chmod 0700 var; ln -sfn two etc/link; mkfifo -m 0600 etc/pipe
rm -rf var/log; mkdir -m 0711 var/log; echo again > var/log/again; echo a > new/a; ln new/a new/b
`;

describe('A change set', { skip }, () => {
  it('is what a script changed, path by path, and leaves the host as it was', () => {
    const before = treeOf(host.root);
    const { changes } = rehearsed(host, ALL);
    assert.deepEqual(treeOf(host.root), before);
    assert.deepEqual(told(changes), [
      'directory - /etc/apt',
      '- directory /etc/apt.old',
      'symlink symlink /etc/link',
      'file file /etc/one',
      '- fifo /etc/pipe',
      'directory file /etc/skel',
      'file - /etc/skel/.bashrc',
      'directory - /etc/skel/deep',
      'file - /etc/skel/deep/file',
      'file - /etc/two',
      '- directory /new',
      '- file /new/a',
      '- file /new/b',
      '- directory /new/deep',
      '- file /new/deep/file',
      'directory directory /var',
      'directory directory /var/log',
      '- file /var/log/again',
      'file - /var/log/syslog',
    ]);
  });

  it('applied is the script itself, and undone it is as before', () => {
    const [twin, before] = [join(host.folder, 'twin'), treeOf(host.root)];
    copyTree(host.root, twin);
    const sealed = rehearsed(host, ALL);
    execFileSync('sh', ['-c', ALL], { cwd: twin });
    assert.deepEqual(apply(host, 'tx-1', sealed), { ok: true, value: true });
    assert.deepEqual(treeOf(host.root, [/^\/\.quorate-/]), treeOf(twin));
    assert.deepEqual(undo(host, 'tx-1', sealed), { left: [] });
    assert.deepEqual(treeOf(host.root), before);
  });

  it('that touches nothing but times is empty', () =>
    assert.deepEqual(
      told(
        rehearsed(host, 'touch etc/one; cp -a etc/two x; mv x etc/two; chmod 600 etc/one; chmod 644 etc/one')
          .changes,
      ),
      [],
    ));

  it('is refused, and nothing written, where any path is not as it was found', () => {
    const sealed = rehearsed(host, ALL);
    const edits = [
      'echo x >> etc/one',
      'chmod 600 etc/two',
      'chown 1 etc/link -h',
      'echo x > new',
      'echo > etc/skel/deep/other',
    ];
    for (const [i, edit] of edits.entries()) {
      const fresh = openScratch();
      execFileSync('sh', ['-c', edit], { cwd: fresh.root });
      const before = treeOf(fresh.root);
      const applied = apply({ ...fresh, transactions: host.transactions }, `tx-${i}`, sealed);
      assert.equal(!applied.ok && applied.error.problem, 'differs', edit);
      assert.deepEqual(treeOf(fresh.root), before, edit);
      fresh.close();
    }
  });

  it('of a file with other names is refused, since a rename would part them', () => {
    run('ln etc/one etc/other');
    const applied = apply(host, 'tx', rehearsed(host, 'echo x >> etc/one'));
    assert.deepEqual(applied, { ok: false, error: { problem: 'hard-linked', path: '/etc/one' } });
  });

  it('that the host refuses half-way is wholly taken back', () => {
    const sealed = rehearsed(host, ALL);
    run('chattr +i var');
    try {
      const before = treeOf(host.root);
      const applied = apply(host, 'tx', sealed);
      assert.ok(!applied.ok && applied.error.problem === 'refused-by-host', JSON.stringify(applied));
      assert.deepEqual(treeOf(host.root), before);
    } finally {
      run('chattr -i var');
    }
  });

  it('is read back as it was sealed, and not where a byte of its list or content is another', () => {
    const sealed = rehearsed(host, ALL);
    assert.deepEqual(readSealed(host.store, sealed.digest), { ok: true, value: sealed });
    const [blob = ''] = readdirSync(sealed.folder).filter((name) => name.length === 64);
    writeFileSync(join(sealed.folder, blob), 'other');
    assert.deepEqual(readSealed(host.store, sealed.digest), {
      ok: false,
      error: { broken: 'content', what: blob },
    });
    const list = join(sealed.folder, 'changes.json');
    writeFileSync(list, readFileSync(list, 'utf8').replace('/etc/two', '/etc/one'));
    const read = readSealed(host.store, sealed.digest);
    assert.equal(!read.ok && read.error.broken, 'list');
    assert.equal(readSealed(host.store, '0'.repeat(64)).ok, false);
  });

  it('is applied once under one id', () => {
    const sealed = rehearsed(host, ALL);
    apply(host, 'tx', sealed);
    assert.throws(() => apply(host, 'tx', sealed), /there was a transaction tx before/);
  });
});

describe('An undo', { skip }, () => {
  it('never overwrites a later edit, and says what it left', () => {
    const sealed = rehearsed(host, ALL);
    apply(host, 'tx', sealed);
    run('echo mine >> etc/one; echo mine > new/deep/mine; chmod 0711 var; echo back > etc/two');
    assert.deepEqual(undo(host, 'tx', sealed), {
      left: ['/etc/one', '/etc/two', '/new', '/new/deep', '/var'],
    });
    assert.equal(readFileSync(join(host.root, 'etc/one'), 'utf8'), 'one\nmore\nmine\n');
    assert.deepEqual(readdirSync(join(host.root, 'new/deep')), ['mine']);
    assert.equal(readFileSync(join(host.root, 'etc/skel/.bashrc'), 'utf8'), 'rc\n');
  });

  it('of what somebody took back by hand already leaves nothing', () => {
    const before = treeOf(host.root);
    const sealed = rehearsed(host, 'echo more >> etc/one; mkdir new; echo x > new/x');
    apply(host, 'tx', sealed);
    run('echo one > etc/one; rm -r new');
    assert.deepEqual(undo(host, 'tx', sealed), { left: [] });
    assert.deepEqual(treeOf(host.root), before);
  });
});
