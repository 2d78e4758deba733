import assert from 'node:assert/strict';
import { appendFileSync, existsSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { apply } from '#worker/changeset/apply';
import { asPmxcfs } from '#worker/changeset/pmxcfs-rules';
import { CAPS } from '#worker/changeset/scan';
import { contentPath, readSealed, seal } from '#worker/changeset/seal';
import { recover, undo } from '#worker/changeset/undo';
import type { Workshop } from '#worker/changeset/way';
import { asMount, memory, Rehearsal, unable } from './rehearse.ts';
import { treeState } from './tree-state.ts';

describe('a scan', { skip: unable }, () => {
  test('tells every changed path once and in order, and no entry that was only touched or copied up', () => {
    using rehearsal = new Rehearsal('mkdir -p a/b; echo 1 > a/b/c; echo 2 > a/d; echo 3 > e', memory);
    const { changes } = rehearsal.scanned(
      'rm -r a/b; touch a/d; chmod 600 e; chmod 644 e; echo x > e; echo 3 > e; ln -s e f; mkdir -p a/b',
    );
    assert.deepEqual(
      changes.map(({ path, before, after }) => [path, before?.type ?? null, after?.type ?? null]),
      [
        ['/a/b/c', 'file', null],
        ['/f', null, 'symlink'],
      ],
    );
  });

  test('refuses too many changes, too much content and a file of a terabyte, which it does not read', () => {
    using rehearsal = new Rehearsal(':', memory);
    const problems = [
      rehearsal.scan('touch a b c d', { ...CAPS, changes: 3 }),
      rehearsal.scan('head -c 900 /dev/zero > a; head -c 901 /dev/zero > b', { ...CAPS, totalBytes: 1000 }),
      rehearsal.scan('truncate -s 1T a'),
    ].map((scanned) => scanned.ok || scanned.error);
    assert.deepEqual(problems, [
      { problem: 'too-many-changes', limit: 3 },
      { problem: 'too-much-content', limit: 1000 },
      { problem: 'too-large', path: '/a', bytes: 2 ** 40 },
    ]);
  });

  test('refuses more removals than there may be by their names, before any of them is read', () => {
    using rehearsal = new Rehearsal('mkdir -p a/b; touch a/1 a/2 a/b/3 a/b/4; truncate -s 1T a/0', memory);
    for (const script of ['rm -r a', 'rm -r a; mkdir a', 'rm -r a; touch a']) {
      const scanned = rehearsal.scan(script, { ...CAPS, changes: 5 });
      assert.deepEqual(scanned.ok || scanned.error, { problem: 'too-many-changes', limit: 5 }, script);
    }
  });

  test('keeps ten thousand names of one file one file', () => {
    using rehearsal = new Rehearsal(':', memory);
    const linked = rehearsal.sealed(
      `echo x > 0; ${process.execPath} -e 'for (let i = 1; i < 10000; i += 1) fs.linkSync("0", String(i))'`,
    );
    assert.equal(linked.changes.length, 10_000);
    assert.deepEqual(apply(rehearsal.shop, linked, 't'), { ok: true, value: true });
    assert.equal(statSync(join(rehearsal.root, '0')).nlink, 10_000);
    assert.deepEqual(undo(rehearsal.shop, 't'), { ok: true, value: { left: [] } });
  });
});

describe('a kept change set', { skip: unable }, () => {
  test('is read back as it was sealed, without the rehearsal', () => {
    using rehearsal = new Rehearsal('echo 1 > a', memory);
    const sealed = rehearsal.sealed('echo 2 >> a; echo 3 > b; ln b c');
    rmSync(join(rehearsal.folder, 'upper'), { recursive: true });
    assert.deepEqual(readSealed(rehearsal.shop.store, sealed.digest), { ok: true, value: sealed });
    assert.equal(statSync(join(rehearsal.shop.store, 'content')).mode & 0o777, 0o700);
    assert.ok(apply(rehearsal.shop, sealed, 't').ok);
  });

  test('is not made of a content that was written to after the scan had hashed it', () => {
    using rehearsal = new Rehearsal('echo 1 > a', memory);
    const scanned = rehearsal.scanned('echo 2 > a');
    const sha256 = [...scanned.content.keys()][0] ?? '';
    const file = scanned.content.get(sha256) ?? '';
    const kept = statSync(file);
    writeFileSync(file, '3\n');
    const altered = { ok: false, error: { problem: 'content-altered', path: '/a', sha256 } };
    assert.deepEqual(seal(rehearsal.shop.store, scanned), altered);
    assert.equal(statSync(file).size, kept.size);
    assert.equal(existsSync(contentPath(rehearsal.shop.store, sha256)), false);
  });

  test('is refused when its list or a content was altered or is missing, by both reading and applying', () => {
    using rehearsal = new Rehearsal('echo 1 > a', memory);
    const { store } = rehearsal.shop;
    const sealed = rehearsal.sealed('echo 2 >> a');
    const after = sealed.changes[0]?.after;
    assert.ok(after?.type === 'file');
    const { sha256 } = after;
    const old = treeState(rehearsal.root);
    const both = (): unknown[] =>
      [readSealed(store, sealed.digest), apply(rehearsal.shop, sealed, 't')].map((it) => it.ok || it.error);
    appendFileSync(contentPath(store, sha256), 'x');
    const altered = { problem: 'content-altered', path: '/a', sha256 };
    assert.deepEqual(both(), [altered, altered]);
    truncateSync(contentPath(store, sha256), 0);
    assert.deepEqual(both(), [altered, altered]);
    rmSync(contentPath(store, sha256));
    const missing = { ...altered, problem: 'content-missing' };
    assert.deepEqual(both(), [missing, missing]);
    assert.deepEqual(treeState(rehearsal.root), old);
    assert.deepEqual(recover(rehearsal.shop), []);
    const manifest = join(store, 'sets', `${sealed.digest}.json`);
    for (const text of ['[]', 'no json', JSON.stringify(sealed.changes).replace('"/a"', '"/b"')]) {
      writeFileSync(manifest, text);
      const read = readSealed(store, sealed.digest);
      assert.deepEqual(read, { ok: false, error: { problem: 'manifest-altered', digest: sealed.digest } });
    }
    assert.equal(apply(rehearsal.shop, { ...sealed, changes: [] }, 't').ok, false);
    rmSync(manifest);
    assert.equal(readSealed(store, sealed.digest).ok, false);
  });
});

describe('on a pmxcfs', { skip: unable }, () => {
  const TREE = `mkdir -p etc/pve/priv; cd etc/pve; echo 1 > a.cfg; echo 2 > b.cfg; mkdir -m 755 d
    chgrp -R 33 .; chmod 640 *.cfg; chmod 700 priv`;
  const shopOf = (rehearsal: Rehearsal): Workshop => ({
    ...rehearsal.shop,
    host: {
      root: rehearsal.root,
      mounts: [
        { path: '/', profile: 'posix' },
        { path: '/etc/pve', profile: 'pmxcfs' },
      ],
    },
  });

  test('files are changed by content as it owns them, and come back', () => {
    using rehearsal = new Rehearsal(TREE, memory);
    const scanned = rehearsal.scanned(
      'cd etc/pve; echo x >> a.cfg; rm b.cfg; echo n > n.cfg; mkdir m; echo s > priv/s',
    );
    const changes = asPmxcfs(scanned.changes, '/etc/pve');
    assert.ok(changes.ok);
    const sealed = seal(rehearsal.shop.store, { ...scanned, changes: changes.value });
    assert.ok(sealed.ok);
    using _mounted = asMount(join(rehearsal.root, 'etc/pve'));
    const [shop, old] = [shopOf(rehearsal), treeState(rehearsal.root)];
    assert.deepEqual(apply(shop, sealed.value, 't'), { ok: true, value: true });
    const { mode, gid } = statSync(join(rehearsal.root, 'etc/pve/n.cfg'));
    assert.deepEqual([mode & 0o7777, gid], [0o640, 33]);
    assert.equal(statSync(join(rehearsal.root, 'etc/pve/priv/s')).mode & 0o7777, 0o600);
    assert.deepEqual(undo(shop, 't'), { ok: true, value: { left: [] } });
    assert.deepEqual(treeState(rehearsal.root), old);
  });

  test('what it cannot hold is refused before anything is written', () => {
    for (const [script, what] of [
      ['ln -s a.cfg l', 'symlink'],
      ['ln a.cfg l', 'link'],
      ['mkfifo p', 'fifo'],
      ['setfattr -n user.a -v b a.cfg', 'xattr'],
      ['chmod 755 a.cfg', 'mode'],
      ['chown 7 a.cfg', 'owner'],
      ['truncate -s 1048577 a.cfg', 'size'],
      ['rm a.cfg; mkdir a.cfg', 'type'],
    ] as const) {
      using rehearsal = new Rehearsal(TREE, memory);
      const scanned = rehearsal.scanned(`cd etc/pve; ${script}`);
      const refused = asPmxcfs(scanned.changes, '/etc/pve');
      assert.equal(!refused.ok && refused.error.problem === 'pmxcfs-cannot' && refused.error.what, what);
      const sealed = seal(rehearsal.shop.store, scanned);
      using _mounted = asMount(join(rehearsal.root, 'etc/pve'));
      const old = treeState(rehearsal.root);
      const applied = sealed.ok && apply(shopOf(rehearsal), sealed.value, 't');
      assert.equal(applied && !applied.ok && applied.error.problem, 'pmxcfs-cannot');
      assert.deepEqual(treeState(rehearsal.root), old);
    }
  });
});
