import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { openTree, type Tree, TYPE } from '#test/fake/pmxcfs/tree';
import { clusterChanges } from '#worker/pmxcfs/cluster-changes';
import { copyWithoutSecrets, readTree } from '#worker/pmxcfs/config-db';

let folder: string;
const at = (name: string): string => join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-config-db-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const inodeOf = (tree: Tree, path: string): number =>
  path
    .split('/')
    .slice(1)
    .reduce((parent, name) => (tree.find(parent, name) ?? tree.add(parent, name, TYPE.directory)).inode, 0);

const put = (tree: Tree, path: string, text: string): void => {
  const [, folderPath = '', name = ''] = /^(.*)\/([^/]*)$/.exec(path) ?? [];
  const parent = folderPath === '' ? 0 : inodeOf(tree, folderPath);
  const entry = tree.find(parent, name) ?? tree.add(parent, name, TYPE.file);
  tree.write(entry.inode, Buffer.from(text));
};

const textsIn = (file: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...readTree(file)].map(([path, { type, data }]) => [path, type === 'file' ? data.toString() : '/']),
  );

test('a tree is read with its paths as bytes, whoever has it open', () => {
  const tree = openTree(at('host.db'), () => 1);
  put(tree, '/nodes/pve1/qemu-server/100.conf', 'memory: 512\n');
  put(tree, '/caf\xe9\n', 'odd');
  assert.deepEqual(textsIn(at('host.db')), {
    '/nodes': '/',
    '/nodes/pve1': '/',
    '/nodes/pve1/qemu-server': '/',
    '/nodes/pve1/qemu-server/100.conf': 'memory: 512\n',
    '/caf\xe9\n': 'odd',
  });
});

test('a copy has all but key material, whose bytes are nowhere in it', () => {
  const tree = openTree(at('host.db'), () => 1);
  put(tree, '/priv/token.cfg', 'root@pam!ci hunter2-token\n');
  put(tree, '/nodes/pve1/pve-ssl.key', 'hunter2-key\n');
  put(tree, '/user.cfg', 'user:root@pam:1:0:::::\n');
  const emptied = copyWithoutSecrets(at('host.db'), at('copy.db'));
  assert.deepEqual([...emptied.keys()].sort(), ['/nodes/pve1/pve-ssl.key', '/priv/token.cfg']);
  assert.equal(emptied.get('/priv/token.cfg')?.size, 26);
  assert.doesNotMatch(readFileSync(at('copy.db'), 'latin1'), /hunter2/);
  const texts = textsIn(at('copy.db'));
  assert.equal(texts['/user.cfg'], 'user:root@pam:1:0:::::\n');
  assert.equal(texts['/priv/token.cfg'], '');
});

test("copying writes nothing to the host's database, and takes what is only in its log yet", () => {
  const tree = openTree(at('host.db'), () => 1);
  put(tree, '/user.cfg', 'new');
  const before = readFileSync(at('host.db'));
  const log = readFileSync(at('host.db-wal'));
  copyWithoutSecrets(at('host.db'), at('copy.db'));
  assert.deepEqual(readFileSync(at('host.db')), before);
  assert.deepEqual(readFileSync(at('host.db-wal')), log);
  assert.equal(textsIn(at('copy.db'))['/user.cfg'], 'new');
});

test('a file that is no tree of pmxcfs is named', () => {
  new Database(at('other.db')).exec('CREATE TABLE tree (inode INTEGER)').close();
  new Database(at('odd.db'))
    .exec('CREATE TABLE tree (inode INTEGER, parent, version, writer, mtime, type, name, data)')
    .exec("INSERT INTO tree VALUES (1, 0, 1, 0, 0, 99, 'x', NULL)")
    .close();
  writeFileSync(at('text'), 'not a database at all, and long enough to be seen as none\n'.repeat(20));
  for (const name of ['other.db', 'odd.db', 'text', 'missing.db']) {
    const wanted = new RegExp(`${name} is no tree of pmxcfs that can be read`);
    assert.throws(() => copyWithoutSecrets(at(name), at('copy.db')), wanted);
    assert.throws(() => readTree(at(name)), wanted);
    rmSync(at('copy.db'), { force: true });
  }
  assert.ok(!existsSync(at('missing.db')));
});

const NAMES = [
  '/user.cfg',
  '/storage.cfg',
  '/ha/resources.cfg',
  '/nodes/a/x.conf',
  '/priv/token.cfg',
  '/priv/notes',
];
const path = fc.constantFrom(...NAMES);
const step = fc.oneof(
  fc.record({ does: fc.constant('write' as const), path, text: fc.string({ maxLength: 8 }) }),
  fc.record({ does: fc.constant('remove' as const), path }),
  fc.record({ does: fc.constant('move' as const), path, to: path }),
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const perform = (tree: Tree, one: Step): void => {
  if (one.does === 'write') {
    put(tree, one.path, one.text);
    return;
  }
  const inode = inodeOf(tree, one.path);
  if (tree.at(inode)?.type !== TYPE.file) {
    tree.remove(inode);
    return;
  }
  if (one.does === 'remove') tree.remove(inode);
  else if (one.path !== one.to) {
    const [, folderPath = '', name = ''] = /^(.*)\/([^/]*)$/.exec(one.to) ?? [];
    tree.move(inode, folderPath === '' ? 0 : inodeOf(tree, folderPath), name);
  }
};

test('whatever is done to a copy, its changes lead from the one tree to the other, but for keys nobody saw', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), fc.array(step, { maxLength: 6 }), (first, then) => {
      const [host, before, after] = ['host.db', 'before.db', 'after.db'].map((name) => at(name)) as [
        string,
        string,
        string,
      ]; // three in, three out
      for (const file of [host, before, after])
        for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
      const tree = openTree(host, () => 1);
      for (const one of first) perform(tree, one);
      const emptied = copyWithoutSecrets(host, before);
      writeFileSync(after, readFileSync(before));
      const copy = openTree(after, () => 2);
      for (const one of then) perform(copy, one);
      const { changes, content, withheld } = clusterChanges({ before, after, emptied }, at('contents'));
      const replayed = new Map(Object.entries(textsIn(before)));
      for (const change of changes) {
        const name = change.path.slice('/etc/pve'.length);
        assert.equal(change.before === null, !replayed.has(name), 'each change says what was there');
        if (change.after === null) replayed.delete(name);
        else if (change.after.type === 'directory') replayed.set(name, '/');
        else if (change.after.type === 'file')
          replayed.set(name, readFileSync(content.get(change.after.sha256) ?? '').toString());
      }
      const kept = (texts: Iterable<readonly [string, string]>): unknown =>
        [...texts].filter(([name]) => !withheld.includes(`/etc/pve${name}`)).sort();
      assert.deepEqual(kept(replayed), kept(Object.entries(textsIn(after))));
      const lost = [...emptied.keys()].filter((name) => !withheld.includes(`/etc/pve${name}`));
      for (const name of lost) {
        const change = changes.find((one) => one.path === `/etc/pve${name}`);
        assert.ok(change === undefined || change.after === null, 'no key is overwritten');
      }
    }),
    { numRuns: 40 },
  );
});
