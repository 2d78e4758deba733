import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Recipe } from '#policies/recipes/recipe';
import { complaints } from './complaints.ts';

const BARE = { id: 'all', title: 'all of it', subsystem: 'kernel', for: { debian: ['trixie'] } };
const FILE = { path: '/etc/quorate-motd', content: 'hello\n', mode: '0644' };
const UNIT = { unit: 'chrony.service', enabled: 'enabled', active: true };

const many = <T>(count: number, one: T): readonly T[] => Array.from({ length: count }, () => one);
const fileWith = (more: object) => ({ ...BARE, files: [{ ...FILE, ...more }] });
const settingOf = (name: string, value: string) => ({ ...BARE, sysctl: { [name]: value } });
const edited = (edit: object) => ({ ...BARE, edits: [{ path: '/etc/vzdump.conf', ...edit }] });

/** Each a recipe that wants one thing only. */
const ALONE: readonly object[] = [
  ...['enabled', 'disabled', 'masked'].map((enabled) => ({ ...BARE, units: [{ ...UNIT, enabled }] })),
  { ...BARE, packages: { install: ['libc6', 'g++', 'a'.repeat(64)], may_remove: ['ntp'] } },
  { ...BARE, packages: { install: ['pigz'] } },
  settingOf('vm.swappiness', '10'),
  settingOf('net.ipv4.conf.all.rp_filter', 'x'.repeat(200)),
  { ...BARE, cmdline: { add: ['amd_iommu=on', 'iommu=pt', 'A'.repeat(100)] } },
  { ...BARE, cmdline: { remove: ['quiet'] } },
  { ...BARE, autotrim: 'on' },
  edited({ edit: 'block', block: 'x'.repeat(16_384), at: 'start' }),
  edited({ edit: 'block', block: 'x', at: 'end' }),
  edited({ edit: 'set', set: { 'a-1_b': '200' } }),
  edited({ edit: 'disable_repositories', components: ['pve-enterprise'] }),
  fileWith({ on: ['bookworm', 'trixie'], each: 'nic', unless_repository: 'pve-no-subscription' }),
  fileWith({ refresh: 'initramfs' }),
  fileWith({ refresh: { unit: 'systemd-journald.service' } }),
  ...['medium', 'high', 'critical'].map((risk) => ({ ...fileWith({}), risk, reboot: true })),
  ...['kvm', 'vmware', 'oracle'].map((virtual) => ({
    ...fileWith({}),
    for: { debian: ['trixie'], virtual },
  })),
  ...['amd', 'intel'].map((cpu) => ({ ...fileWith({}), for: { debian: ['trixie'], cpu, zfs: true } })),
];

const PACKAGE = 'the name of a Debian package';
const TOKEN = 'one token of a kernel command line';
const SETTING = 'a kernel setting such as vm.swappiness';
const COMPONENT = 'a component such as pve-no-subscription';

/** Recipes with one thing wrong, and the complaint. */
const WRONG: readonly (readonly [recipe: object, complaint: string])[] = [
  ...['', 'a', 'Pigz', '-pigz', 'pigz;id', 'a'.repeat(65)].map(
    (name) => [{ ...BARE, packages: { install: [name] } }, `packages.install.0: ${PACKAGE}`] as const,
  ),
  ...['', 'a b', 'a;b', '$(id)', 'a'.repeat(101)].map(
    (token) => [{ ...BARE, cmdline: { add: [token] } }, `cmdline.add.0: ${TOKEN}`] as const,
  ),
  ...['', '1x', 'x;y', 'Pve'].map(
    (name) => [fileWith({ unless_repository: name }), `files.0.unless_repository: ${COMPONENT}`] as const,
  ),
  ...['', 'vm', 'vm.', '.vm', 'vm.swappiness;', 'Vm.x', '/vm.x'].map(
    (name) => [settingOf(name, '1'), `sysctl.${name}: ${SETTING}`] as const,
  ),
  [fileWith({ on: [] }), 'files.0.on: at least 1 entries'],
  [{ ...BARE, units: many(21, UNIT) }, 'units: at most 20 entries'],
  [{ ...BARE, packages: { install: many(51, 'pigz') } }, 'packages.install: at most 50 entries'],
  [
    { ...BARE, packages: { install: ['pigz'], may_remove: many(11, 'ntp') } },
    'packages.may_remove: at most 10 entries',
  ],
  [{ ...BARE, cmdline: { add: many(21, 'quiet') } }, 'cmdline.add: at most 20 entries'],
  [{ ...BARE, cmdline: { remove: many(21, 'quiet') } }, 'cmdline.remove: at most 20 entries'],
  [
    { ...BARE, edits: many(21, { edit: 'block', path: '/etc/motd', block: 'x' }) },
    'edits: at most 20 entries',
  ],
  [edited({ edit: 'block', block: '' }), 'edits.0.block: at least 1 characters'],
  [edited({ edit: 'block', block: 'x'.repeat(16_385) }), 'edits.0.block: at most 16384 characters'],
  [edited({ edit: 'disable_repositories', components: [] }), 'edits.0.components: at least 1 entries'],
  ...['chrony', 'chrony.service.d', '/etc/chrony.service', 'a b.timer', '.service', 'chrony.target'].map(
    (unit) =>
      [{ ...BARE, units: [{ ...UNIT, unit }] }, 'units.0.unit: a unit such as chrony.service'] as const,
  ),
];

/** Recipes with something at a place that is none of what may stand there. */
const NEVER: readonly (readonly [recipe: object, place: string])[] = [
  [{ ...BARE, units: [{ ...UNIT, enabled: 'static' }] }, 'units.0.enabled'],
  [{ ...BARE, units: [{ unit: 'chrony.service', active: true }] }, 'units.0.enabled'],
  [{ ...BARE, autotrim: '' }, 'autotrim'],
  [{ ...BARE, autotrim: 'off' }, 'autotrim'],
  [{ ...fileWith({}), risk: 'low' }, 'risk'],
  [{ ...fileWith({}), for: { debian: ['trixie'], cpu: '' } }, 'for.cpu'],
  [{ ...fileWith({}), for: { debian: ['trixie'], virtual: '' } }, 'for.virtual'],
  [{ ...fileWith({}), for: { debian: ['trixie'], zfs: false } }, 'for.zfs'],
  [fileWith({ each: '' }), 'files.0.each'],
  [fileWith({ refresh: '' }), 'files.0.refresh'],
  [fileWith({ refresh: {} }), 'files.0.refresh'],
  [edited({ edit: '' }), 'edits.0.edit'],
  [edited({ edit: 'block', block: 'x', at: 'middle' }), 'edits.0.at'],
  ...['1x', 'x y', 'x:', ''].map(
    (key) => [edited({ edit: 'set', set: { [key]: '1' } }), `edits.0.set.${key}`] as const,
  ),
  ...['1x', 'x;y', 'Pve', ''].map(
    (name) => [edited({ edit: 'disable_repositories', components: [name] }), 'edits.0.components.0'] as const,
  ),
  [edited({ edit: 'set', set: { x: 'two\nlines' } }), 'edits.0.set.x'],
  [edited({ edit: 'set', set: { x: '' } }), 'edits.0.set.x'],
  ...['', 'two\nlines', '\n', 'x'.repeat(201)].map(
    (value) => [settingOf('vm.swappiness', value), 'sysctl.vm.swappiness'] as const,
  ),
];

describe('The parts of a recipe', () => {
  it('are read where each is all that is wanted, as they are written', () => {
    for (const recipe of ALONE) {
      assert.deepEqual(complaints(recipe), [], JSON.stringify(recipe));
      const read: Record<string, unknown> = { ...Recipe.parse(recipe) };
      const {
        files: _,
        packages: __,
        cmdline: ___,
        ...rest
      } = { files: [], packages: {}, cmdline: {}, ...recipe };
      for (const [name, value] of Object.entries(rest)) assert.deepEqual(read[name], value, name);
    }
  });

  it('are filled with nothing where only one half is written', () => {
    const { packages, cmdline } = Recipe.parse({ ...BARE, packages: { install: ['pigz'] }, cmdline: {} });
    assert.deepEqual(
      [packages, cmdline],
      [
        { install: ['pigz'], may_remove: [] },
        { add: [], remove: [] },
      ],
    );
    const may = Recipe.parse({ ...BARE, packages: { may_remove: ['ntp'] }, autotrim: 'on' });
    assert.deepEqual(may.packages, { install: [], may_remove: ['ntp'] });
    const { edits } = Recipe.parse(edited({ edit: 'block', block: 'x' }));
    assert.deepEqual(edits, [{ edit: 'block', path: '/etc/vzdump.conf', block: 'x', at: 'end' }]);
    assert.deepEqual(Recipe.parse({ ...BARE, autotrim: 'on' }).files, []);
  });

  it('are complained about at their place, with what was expected', () => {
    for (const [recipe, complaint] of WRONG) assert.deepEqual(complaints(recipe), [complaint]);
    for (const [recipe, place] of NEVER)
      assert.deepEqual(
        complaints(recipe).map((text) => text.slice(0, place.length + 1)),
        [`${place}:`],
      );
  });

  it('have no key that nobody reads', () => {
    const more = { run: 'id' };
    for (const recipe of [
      { ...BARE, units: [{ ...UNIT, ...more }] },
      { ...BARE, packages: { install: ['pigz'], ...more } },
      { ...BARE, cmdline: { add: ['quiet'], ...more } },
      edited({ edit: 'block', block: 'x', ...more }),
      edited({ edit: 'set', set: { x: '1' }, ...more }),
    ])
      assert.match(complaints(recipe).join(), /run/);
  });
});
