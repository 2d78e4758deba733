import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Recipe } from '#policies/recipes/recipe';
import { SHARED_FILES } from '#policies/recipes/shared-files';
import { complaints } from './complaints.ts';

const FILE = { path: '/etc/quorate-motd', content: 'hello\n', mode: '0644' };
const PROBE = { apt_config: 'Acquire::Languages', want: 'none' };
const RECIPE = {
  id: 'motd',
  title: 'a greeting',
  subsystem: 'shell',
  for: { debian: ['trixie'] },
  files: [FILE],
  probes: [PROBE],
};

const fileWith = (more: object) => ({ ...RECIPE, files: [{ ...FILE, ...more }] });
/** Places of a recipe with what may stand there and what may not; what each complaint says. */
const PLACES: readonly (readonly [
  place: string,
  says: string,
  recipe: (value: unknown) => object,
  fine: readonly unknown[],
  wrong: readonly unknown[],
])[] = [
  [
    'id',
    'a recipe name such as apt-no-translations',
    (id) => ({ ...RECIPE, id }),
    ['a', 'apt-2', 'a'.repeat(64)],
    ['', 'Apt', '2a', 'a.yaml', 'a/b', '../a', 'a'.repeat(65)],
  ],
  [
    'subsystem',
    'network, apt, kernel, storage, units, logs, shell or access',
    (subsystem) => ({ ...RECIPE, subsystem }),
    ['network', 'apt', 'access'],
    ['', 'web', 'Network'],
  ],
  ['title', 'at least 1 characters', (title) => ({ ...RECIPE, title }), ['x'], ['']],
  [
    'title',
    'at most 120 characters',
    (title) => ({ ...RECIPE, title }),
    ['x'.repeat(120)],
    ['x'.repeat(121)],
  ],
  [
    'for.debian.0',
    'a codename such as "trixie"',
    (name) => ({ ...RECIPE, for: { debian: [name] } }),
    ['trixie', 'b'],
    ['', 'Trixie', '13', 'trixie 13', '13trixie'],
  ],
  [
    'files.0.path',
    'an absolute path of plain segments',
    (path) => fileWith({ path }),
    ['/a', '/etc/apt/apt.conf.d/99_quorate-x', '/etc/a@1+2/.b', '/etc/..a', '/etc/a..'],
    [
      '',
      '/',
      'etc/motd',
      '/etc/',
      '//etc',
      '/etc//motd',
      '/etc/a b',
      '/etc/$(id)',
      '/etc/*',
      '/etc/a\n',
      'x/etc',
    ],
  ],
  [
    'files.0.path',
    'a path without "." and ".."',
    (path) => fileWith({ path }),
    ['/etc/...'],
    ['/etc/../shadow', '/etc/./motd', '/..', '/etc/.'],
  ],
  [
    'files.0.mode',
    'a mode in octal such as "0644"',
    (mode) => fileWith({ mode }),
    ['0000', '0644', '0777'],
    ['', '644', '0648', '4755', '06444', 'a0644', '064'],
  ],
  [
    'diversions.0.content',
    'a script that falls back to {real}',
    (content) => ({ ...RECIPE, diversions: [{ package: 'gzip', program: 'gzip', content }] }),
    ['#!/bin/sh\nexec {real} "$@"\n'],
    ['', 'exec {real}', '#!/bin/sh\nexec gzip "$@"\n'],
  ],
  [
    'access.0.user',
    'a user such as ada@pve',
    (user) => ({ ...RECIPE, access: [{ of: 'user', user, groups: [], comment: '' }] }),
    ['ada@pve', 'a.b-c@ldap-1'],
    ['ada', 'ada@', '@pve', 'ada@pve!token', 'a da@pve', 'ada@pve/x'],
  ],
  [
    'access.0.path',
    'a path such as /vms/101 or /pool/web',
    (path) => ({
      ...RECIPE,
      access: [{ of: 'acl', path, role: 'PVEAuditor', to: { group: 'viewers' }, propagate: true }],
    }),
    ['/', '/vms', '/vms/101', '/pool/web', '/storage/local-lvm', '/access/groups/ops'],
    ['', 'vms', '/vms/', '/nosuch', '/vms/../..', '//'],
  ],
  [
    'access.0.privileges.0',
    'a privilege such as VM.Audit',
    (privilege) => ({ ...RECIPE, access: [{ of: 'role', role: 'Ops', privileges: [privilege] }] }),
    ['VM.Audit', 'VM.Snapshot.Rollback', 'Sys.Audit'],
    ['', 'VM', 'vm.audit', 'VM.Audit,Sys.Modify', 'VM.Audit ', 'VM..Audit'],
  ],
  [
    'probes.0.apt_config',
    'a key such as Acquire::Languages',
    (key) => ({ ...RECIPE, probes: [{ ...PROBE, apt_config: key }] }),
    ['APT', 'Acquire::Languages', 'A-1::B::C'],
    ['', '::A', 'A::', 'A:B', 'A b', 'A::B::', ';A', 'A::B;'],
  ],
];

describe('A recipe', () => {
  for (const [place, says, recipe, fine, wrong] of PLACES) {
    it(`is read where ${place} is ${says}`, () => {
      for (const value of fine) assert.deepEqual(complaints(recipe(value)), [], JSON.stringify(value));
    });
    it(`is complained about where ${place} is not ${says}`, () => {
      for (const value of wrong)
        assert.deepEqual(complaints(recipe(value)), [`${place}: ${says}`], JSON.stringify(value));
    });
  }

  it('is read as it is written, with the permission bits that its octal text means', () => {
    assert.deepEqual(Recipe.parse(RECIPE), {
      ...RECIPE,
      risk: 'medium',
      reboot: false,
      files: [{ ...FILE, mode: 0o644 }],
      edits: [],
      sysctl: {},
      packages: { install: [], may_remove: [] },
      units: [],
      cmdline: { add: [], remove: [] },
      access: [],
      diversions: [],
    });
    const { probes: _, ...bare } = RECIPE;
    assert.deepEqual(Recipe.parse(bare).probes, []);
    assert.equal(Recipe.parse({ ...RECIPE, probes: [{ ...PROBE, want: null }] }).probes[0]?.want, null);
  });

  it('is for a release at least, wants something, and is of a size that a person can look through', () => {
    const many = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);
    const [files, probes] = [many(50, FILE), many(50, PROBE)];
    assert.deepEqual(complaints({ ...RECIPE, files, probes, for: { debian: ['bookworm', 'trixie'] } }), []);
    assert.deepEqual(complaints({ ...RECIPE, files: [...files, FILE] }), ['files: at most 50 entries']);
    assert.deepEqual(complaints({ ...RECIPE, probes: [...probes, PROBE] }), ['probes: at most 50 entries']);
    assert.deepEqual(complaints({ ...RECIPE, files: [] }), [': something that is to be so']);
    assert.deepEqual(complaints({ ...RECIPE, for: { debian: [] } }), ['for.debian: at least 1 entries']);
    assert.deepEqual(complaints(fileWith({ content: 'x'.repeat(65_536) })), []);
    assert.deepEqual(complaints(fileWith({ content: '' })), ['files.0.content: at least 1 characters']);
    assert.deepEqual(complaints(fileWith({ content: 'x'.repeat(65_537) })), [
      'files.0.content: at most 65536 characters',
    ]);
  });

  it('never brings a file whole that others have a share in', () => {
    const said = 'files.0.path: a file of its own, not one that others have a share in';
    assert.ok(SHARED_FILES.includes('/etc/fstab') && SHARED_FILES.includes('/etc/sudoers'));
    for (const path of [
      ...SHARED_FILES,
      '/etc/pam.d/common-session',
      '/etc/pve/storage.cfg',
      '/usr/bin/gzip',
    ])
      assert.deepEqual(complaints(fileWith({ path })), [said], path);
  });

  it('has no key that nobody reads', () => {
    const more = { run: 'id' };
    for (const recipe of [
      { ...RECIPE, ...more },
      fileWith(more),
      { ...RECIPE, for: { ...RECIPE.for, ...more } },
      { ...RECIPE, probes: [{ ...PROBE, ...more }] },
    ])
      assert.match(complaints(recipe).join(), /run/);
  });
});
