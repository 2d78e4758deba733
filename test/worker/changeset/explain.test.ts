import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Change, Meta } from '#worker/changeset/change';
import { type ContentOf, explain } from '#worker/changeset/explain';
import { isSecret } from '#worker/changeset/secret-path';
import { shownPath } from '#worker/changeset/shown-text';
import { FOLDERS } from '#worker/sandbox/secrets';

const owned = { uid: 0, gid: 0, xattrs: {} };

/** A file of that content; its hash is the content itself, which is all that is compared. */
const file = (content: string | null): Meta | null =>
  content === null
    ? null
    : { type: 'file', ...owned, mode: 0o644, size: content.length, sha256: content, nlink: 1 };
const link = (target: string): Meta => ({ type: 'symlink', ...owned, target });
const text = (path: string, before: string | null, after: string | null): Change => ({
  path,
  before: file(before),
  after: file(after),
});
const contentOf: ContentOf = (change, side) => {
  const meta = change[side];
  return meta?.type === 'file' ? Buffer.from(meta.sha256, 'latin1') : null;
};
const paragraph = (name: string, version: string, status = 'install ok installed'): string =>
  `Package: ${name}\nStatus: ${status}\nArchitecture: amd64\nVersion: ${version}\n`;

test('packages are told from the books of dpkg, and their files and those books are folded into them', () => {
  const changes = [
    text('/etc/chrony/chrony.conf', null, 'pool x\n'),
    text('/usr/sbin/chronyd', null, 'ELF'),
    text('/usr/local/bin/other', null, 'other\n'),
    text('/var/lib/dpkg/info/chrony.list', null, '/.\n/usr/sbin/chronyd\n/etc/chrony/chrony.conf\n'),
    text(
      '/var/lib/dpkg/status',
      [paragraph('a', '1'), paragraph('b', '1')].join('\n'),
      [
        paragraph('a', '2'),
        paragraph('b', '1', 'deinstall ok config-files'),
        paragraph('chrony', '4.3'),
      ].join('\n'),
    ),
  ];
  const { packages, packageFiles, entries } = explain(changes, contentOf);
  assert.deepEqual(packages, [
    { package: 'a:amd64', before: '1', after: '2' },
    { package: 'b:amd64', before: '1', after: null },
    { package: 'chrony:amd64', before: null, after: '4.3' },
  ]);
  assert.deepEqual(packageFiles, [
    '/usr/sbin/chronyd',
    '/var/lib/dpkg/info/chrony.list',
    '/var/lib/dpkg/status',
  ]);
  assert.deepEqual(
    entries.map(({ path }) => path),
    ['/etc/chrony/chrony.conf', '/usr/local/bin/other'],
  );
});

test('accounts are told by name, and no line of shadow is shown anywhere', () => {
  const changes = [
    text('/etc/passwd', 'root:x:0\n', 'root:x:0\nann:x:1000\n'),
    text('/etc/shadow', 'root:$6$old\n', 'root:$6$new\nann:!\n'),
  ];
  const explained = explain(changes, contentOf);
  assert.deepEqual(
    explained.accounts.map(({ file: of, name, before, after }) => [of, name, before, after]),
    [
      ['passwd', 'ann', null, 'ann:x:1000'],
      ['shadow', 'ann', null, 'redacted'],
      ['shadow', 'root', 'redacted', 'redacted'],
    ],
  );
  assert.equal(explained.entries.find(({ path }) => path === '/etc/shadow')?.unshown, 'secret');
});

test('units that start at boot or are masked are told as that', () => {
  const system = '/etc/systemd/system';
  const { units, entries } = explain(
    [
      { path: `${system}/multi-user.target.wants/a.service`, before: null, after: link('/lib/a.service') },
      { path: `${system}/b.service`, before: null, after: link('/dev/null') },
      { path: `${system}/timers.target.wants/c.timer`, before: link('/lib/c.timer'), after: null },
    ],
    contentOf,
  );
  assert.deepEqual(units, [
    { unit: 'a.service', by: 'multi-user.target.wants', on: true },
    { unit: 'b.service', by: 'mask', on: true },
    { unit: 'c.timer', by: 'timers.target.wants', on: false },
  ]);
  assert.deepEqual(entries, []);
});

test('the rest is a diff in which nothing can hide, and what is secret, binary or large is only named', () => {
  const secrets = [
    '/etc/shadow-',
    '/etc/pve/priv/token.cfg',
    '/etc/ssl/private/x',
    '/root/.ssh/id_rsa',
    '/x/y.key',
  ];
  const { entries } = explain(
    [
      text('/etc/a', 'one\n', 'one\r\n\x1b[2Jtwo\u00c2\u0085'),
      text('/etc/b', null, '\xff\xfe'),
      text('/etc/c', null, 'x'.repeat(1024 * 1024 + 1)),
      ...secrets.map((path) => text(path, 'hunter1\n', 'hunter2\n')),
    ],
    contentOf,
  );
  assert.match(entries[0]?.diff ?? '', /-one\n\+one\\u\{d\}\n\+\\u\{1b\}\[2Jtwo/);
  assert.deepEqual(
    entries.slice(1).map(({ diff, unshown }) => diff ?? unshown),
    ['binary', 'large', ...secrets.map(() => 'secret')],
  );
  assert.equal(JSON.stringify(entries.map(({ diff }) => diff)).includes('hunter'), false);
});

test('a path is shown on one line, whatever its bytes are', () => {
  assert.equal(shownPath(Buffer.from('/é\u202e\n\x1b').toString('latin1')), '/é\\u{202e}\\u{a}\\u{1b}');
  assert.equal(shownPath('/a\xff'), '/a\\xff');
});

test('what a rehearsal hides from a script is shown to nobody either', () => {
  for (const folder of FOLDERS) assert.ok(isSecret(`${folder}/any`), folder);
  for (const path of [
    '/etc/ssh/ssh_host_rsa_key',
    '/root/.ssh/id_ed25519',
    '/etc/corosync/authkey',
    '/etc/pve/local/pve-ssl.key',
  ])
    assert.ok(isSecret(path), path);
});
