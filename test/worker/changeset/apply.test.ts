import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { apply } from '#worker/changeset/apply';
import { recover, settle, undo } from '#worker/changeset/undo';
import { Rehearsal, unable } from './rehearse.ts';
import { treeState } from './tree-state.ts';

const TREE = `mkdir -p etc/old etc/swap var; echo one > etc/one; echo two > etc/two; echo x > etc/old/x
  echo y > etc/swap/y; ln -s one etc/link; mkfifo var/pipe; chmod 4750 etc/two; setfattr -n user.a -v b etc/one`;

/** Each kind of change; every one is seen in the list of the first test. */
const SCRIPT = `
  echo more >> etc/one; rm etc/two; mkdir -p new/deep; echo new > new/deep/file; chmod 2711 etc; chown 3:4 var
  rm -r etc/old; mkdir etc/old; echo z > etc/old/z; rm -r etc/swap; echo file > etc/swap
  ln -sfn two etc/link; rm var/pipe; mkdir var/pipe; echo in > var/pipe/in
  setfacl -m u:7:rw etc/one; setfattr -n user.b -v c new; mkfifo new/fifo; mknod new/null c 1 3
  ln etc/one new/hard; printf n > "$(printf 'new/a\\nb\\377')"; chown -h 5:6 etc/link; touch etc/swap`;

describe('a change set', { skip: unable }, () => {
  test('does to the host what the script does to a copy of it, and back again', () => {
    using rehearsal = new Rehearsal(TREE);
    const twin = rehearsal.twin();
    const old = treeState(rehearsal.root);
    const sealed = rehearsal.sealed(SCRIPT);
    assert.deepEqual(treeState(rehearsal.root), old);
    rehearsal.bare(SCRIPT, twin);
    assert.deepEqual(apply(rehearsal.shop, sealed, 't1'), { ok: true, value: true });
    assert.deepEqual(treeState(rehearsal.root), treeState(twin));
    assert.deepEqual(undo(rehearsal.shop, 't1'), { ok: true, value: { left: [] } });
    assert.deepEqual(treeState(rehearsal.root), old);
    assert.equal(existsSync(join(rehearsal.root, '.quorate-changes')), false);
  });

  test('that was settled leaves nothing of ours behind, and cannot be undone any more', () => {
    using rehearsal = new Rehearsal(TREE);
    assert.ok(apply(rehearsal.shop, rehearsal.sealed(SCRIPT), 't1').ok);
    assert.ok(settle(rehearsal.shop, 't1').ok);
    assert.equal(existsSync(join(rehearsal.root, '.quorate-changes')), false);
    assert.equal(undo(rehearsal.shop, 't1').ok, false);
  });

  test('is refused, and nothing written, wherever one path is not as it was rehearsed', () => {
    const edits: readonly (readonly [string, string])[] = [
      ['echo x >> etc/one', '/etc/one'],
      ['chmod 600 etc/one', '/etc/one'],
      ['chown 1 etc/two', '/etc/two'],
      ['setfattr -x user.a etc/one', '/etc/one'],
      ['mkdir new', '/new'],
      ['rm etc/link', '/etc/link'],
      ['chmod 700 etc', '/etc'],
      ['mv etc real; ln -s real etc', '/etc'],
      ['printf "eno\\n" > etc/one; touch -r etc/two etc/one', '/etc/one'],
      ['rm etc/one; mkdir etc/one', '/etc/one'],
      ['mv etc/one etc/real; ln -s real etc/one', '/etc/one'],
      ['setfacl -m u:8:r etc/one', '/etc/one'],
      ['setfattr -n user.c -v d etc/two', '/etc/two'],
      ['setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 etc/two', '/etc/two'],
      ['rm etc/two', '/etc/two'],
      ['ln -sfn three etc/link', '/etc/link'],
      ['chown -h 9 etc/link', '/etc/link'],
      ['rm var/pipe; echo > var/pipe', '/var/pipe'],
      ['rm -r etc/swap', '/etc/swap'],
      ['ln -s one new', '/new'],
    ];
    for (const [edit, path] of edits) {
      using rehearsal = new Rehearsal(TREE);
      const sealed = rehearsal.sealed(SCRIPT);
      rehearsal.bare(edit);
      const now = treeState(rehearsal.root);
      const refused = apply(rehearsal.shop, sealed, 't1');
      assert.deepEqual(refused, { ok: false, error: { problem: 'drift', path, left: [] } }, edit);
      assert.deepEqual(treeState(rehearsal.root), now, edit);
      assert.deepEqual(recover(rehearsal.shop), []);
    }
  });

  test('is done once: the same one again meets what it did itself', () => {
    using rehearsal = new Rehearsal(TREE);
    const sealed = rehearsal.sealed(SCRIPT);
    const elsewhere = { ...rehearsal.shop, host: { ...rehearsal.shop.host, root: rehearsal.twin() } };
    assert.ok(apply(rehearsal.shop, sealed, 't1').ok);
    const young = treeState(rehearsal.root);
    const again = apply(rehearsal.shop, sealed, 't2');
    assert.deepEqual(again, { ok: false, error: { problem: 'drift', path: '/etc', left: [] } });
    assert.throws(() => apply(elsewhere, sealed, 't1'), { code: 'EEXIST' });
    assert.deepEqual(treeState(rehearsal.root), young);
  });

  test('is taken back whole where a file changes in the last moment', () => {
    for (const [edit, path] of [
      ['echo x >> etc/one', '/etc/one'],
      ['echo x >> etc/two', '/etc/two'],
      ['echo x > etc/old/later', '/etc/old'],
      ['echo x > new', '/new'],
    ] as const) {
      using rehearsal = new Rehearsal(TREE);
      // Of the directory etc/old only a file in it goes; here it goes itself.
      const sealed = rehearsal.sealed(
        edit.includes('old') ? 'rm -r etc/old etc/two; echo >> etc/one' : SCRIPT,
      );
      let now = {};
      const step = (point: string): void => {
        if (point !== 'prepared') return;
        rehearsal.bare(edit);
        now = treeState(rehearsal.root);
      };
      const refused = apply({ ...rehearsal.shop, step }, sealed, 't1');
      assert.deepEqual(refused, { ok: false, error: { problem: 'drift', path, left: [] } }, edit);
      assert.deepEqual(treeState(rehearsal.root), now, edit);
      assert.equal(existsSync(join(rehearsal.root, '.quorate-changes')), false);
    }
  });

  test('is undone around a later edit, which is named and stays', () => {
    using rehearsal = new Rehearsal(TREE);
    const old = treeState(rehearsal.root);
    assert.ok(apply(rehearsal.shop, rehearsal.sealed(SCRIPT), 't1').ok);
    writeFileSync(join(rehearsal.root, 'etc/one'), 'the admin was here\n');
    writeFileSync(join(rehearsal.root, 'new/deep/mine'), 'mine\n');
    const undone = undo(rehearsal.shop, 't1');
    // The second name of the edited file is the same file.
    const left = ['/etc/one', '/new', '/new/deep', '/new/hard'];
    assert.deepEqual(undone, { ok: true, value: { left } });
    assert.equal(readFileSync(join(rehearsal.root, 'etc/one'), 'utf8'), 'the admin was here\n');
    assert.equal(readFileSync(join(rehearsal.root, 'new/deep/mine'), 'utf8'), 'mine\n');
    const now = treeState(rehearsal.root);
    for (const path of Object.keys(old).filter((each) => each !== '/etc/one'))
      assert.deepEqual(now[path], old[path], path);
    assert.deepEqual(recover(rehearsal.shop), []);
  });

  test('is refused where a file has other names, cannot be changed, or is of another mount', () => {
    const refusals: readonly (readonly [string, string])[] = [
      ['ln etc/one etc/other', 'hard-linked'],
      ['chattr +i etc/one', 'immutable'],
      ['mount -t tmpfs none var', 'other-mount'],
    ];
    for (const [edit, problem] of refusals) {
      using rehearsal = new Rehearsal(TREE);
      const sealed = rehearsal.sealed('echo >> etc/one; touch var/x');
      rehearsal.bare(edit);
      const now = treeState(rehearsal.root);
      const refused = apply(rehearsal.shop, sealed, 't1');
      assert.equal(refused.ok || refused.error.problem, problem);
      assert.deepEqual(treeState(rehearsal.root), now);
      rehearsal.bare('chattr -i etc/one; mountpoint -q var && umount var');
    }
  });

  test('that does not fit on the disk is refused while it is staged, and leaves nothing', () => {
    using rehearsal = new Rehearsal('echo one > one');
    const sealed = rehearsal.sealed('head -c 3000000 /dev/urandom > large; echo >> one');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', rehearsal.root]);
    try {
      rehearsal.bare('echo one > one; chmod 755 .');
      const refused = apply(rehearsal.shop, sealed, 't1');
      assert.deepEqual(refused, { ok: false, error: { problem: 'no-space', mount: '/' } });
      assert.equal(existsSync(join(rehearsal.root, '.quorate-changes')), false);
      assert.equal(readFileSync(join(rehearsal.root, 'one'), 'utf8'), 'one\n');
    } finally {
      execFileSync('umount', [rehearsal.root]);
    }
  });
});
