import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import type { Effect } from '#policies/effect';
import { layDisk, setMachine } from '#test/fake/host/lay-host';
import { type LocalPackage, layPackages } from '#test/fake/host/local-packages';
import { noRoots, openRoots, type Roots } from '#test/fake/host/root';
import { treeDiff } from '#test/fake/host/tree-diff';
import { aptWouldDiffer } from '#worker/effects/package';
import { lookAt } from '#worker/effects/table';
import { hostBasisNow } from '#worker/recipes/host-basis';
import { planRecipe } from '#worker/recipes/plan-recipe';
import { readPackage } from '#worker/shell/dpkg';
import { applied, applyAll, hostAt, inverses, look, NODE, planned, recipeWith } from './carried-out.ts';
import { cutShort, othersDiversion, updatedBeneath, wrapped } from './diverted.ts';
import { undoneTogether } from './undone-together.ts';

const PACKAGES: readonly LocalPackage[] = [
  { name: 'clock', depends: 'libclock', conflicts: 'oldclock' },
  { name: 'ticker', depends: 'libclock' },
  { name: 'strap', depends: 'ticker' },
  { name: 'libclock' },
  { name: 'oldclock' },
];

const READ_FROM = ['/var/', '/run/fake/log'];

const text = (root: string, path: string): string => readFileSync(join(root, path), 'utf8');
const isThere = async (root: string, name: string): Promise<boolean> =>
  (await readPackage(root, name)).version !== null;
const only = <K extends Effect['kind']>(
  effects: readonly Effect[],
  kind: K,
): Extract<Effect, { kind: K }> => {
  const [effect] = effects.filter((one) => one.kind === kind);
  assert.ok(effect);
  return effect as Extract<Effect, { kind: K }>; // of that kind by the filter above
};

describe('on a node', { skip: noRoots() }, () => {
  let roots: Roots;
  before(() => {
    roots = openRoots('bookworm', PACKAGES, ['oldclock']);
    setMachine(roots.lower, { cpu: 'intel', virt: 'none' });
  });
  after(() => roots.close());
  const watch = recipeWith({ packages: { install: ['ticker'] } });

  it('a package that would have to go stops the plan unless the recipe names it', () =>
    roots.fresh(async ({ root }) => {
      const made = await planRecipe(hostAt(root), recipeWith({ packages: { install: ['clock'] } }), NODE);
      assert.ok(!made.ok && made.error.no === 'checks-failed');
      assert.deepEqual(made.error.checks, [
        { check: 'package-removal', state: 'stop', facts: { package: 'oldclock' } },
      ]);
      const named = await planned(
        root,
        recipeWith({ packages: { install: ['clock'], may_remove: ['oldclock'] } }),
      );
      const { changes } = only(named.effects, 'package');
      assert.deepEqual(
        changes.map(({ name, before: was, after: is }) => [name, was?.version ?? null, is?.version ?? null]),
        [
          ['clock', null, '9:99.0-1'],
          ['libclock', null, '9:99.0-1'],
          ['oldclock', '9:99.0-1', null],
        ],
      );
      assert.ok(changes.every(({ before: was, after: is }) => (was ?? is)?.sha256?.length === 64));
    }));

  it('a .deb of the same version with other bytes is not installed', () =>
    roots.fresh(async (at) => {
      const { root } = at;
      const { effects } = await planned(root, watch);
      layPackages(
        root,
        PACKAGES.map((one) => (one.name === 'ticker' ? { ...one, depends: 'libclock, dpkg' } : one)),
      );
      const ended = await applied(root, only(effects, 'package'));
      assert.ok(ended.did === 'failed' && ended.failure.failure === 'host');
      assert.match(ended.failure.message, /not the one that was approved/);
      assert.deepEqual([await isThere(root, 'ticker'), await isThere(root, 'libclock')], [false, false]);
      assert.deepEqual(treeDiff(at, [...READ_FROM, '/srv/', '/etc/apt/sources.list']), []);
    }));

  it('where apt would by now do anything else than was shown, nothing is done', () =>
    roots.fresh(async ({ root }) => {
      const { effects } = await planned(root, watch);
      execFileSync('chroot', [root, 'apt-get', '-y', '-q', 'install', 'libclock'], { stdio: 'ignore' });
      const ended = await applied(root, only(effects, 'package'));
      assert.ok(ended.did === 'failed' && ended.failure.failure === 'host');
      assert.match(ended.failure.message, /apt would do otherwise now: libclock/);
      assert.equal(await isThere(root, 'ticker'), false);
    }));

  it('the way back removes what came along, and nothing that was there before', () =>
    roots.fresh(async ({ root }) => {
      execFileSync('chroot', [root, 'apt-get', '-y', '-q', 'install', 'libclock'], { stdio: 'ignore' });
      const { effects } = await planned(root, watch);
      await applyAll(root, effects);
      await applyAll(root, inverses(effects));
      assert.deepEqual([await isThere(root, 'ticker'), await isThere(root, 'libclock')], [false, true]);
    }));

  it('a package that something else needs by now is not removed on the way back', () =>
    roots.fresh(async ({ root }) => {
      const { effects } = await planned(root, watch);
      await applyAll(root, effects);
      execFileSync('chroot', [root, 'apt-get', '-y', '-q', 'install', 'strap'], { stdio: 'ignore' });
      const [inverse] = inverses(effects);
      assert.ok(inverse?.kind === 'package');
      assert.match((await aptWouldDiffer(root, inverse)) ?? '', /strap/);
      assert.equal((await applied(root, inverse)).did, 'failed');
      assert.deepEqual([await isThere(root, 'ticker'), await isThere(root, 'strap')], [true, true]);
    }));

  const iommu = recipeWith({ cmdline: { add: ['intel_iommu=on', 'iommu=pt'], remove: ['quiet'] } });

  it('GRUB gets the tokens in its file and its menu is made anew', () =>
    roots.fresh(async ({ root }) => {
      const { effects, blast } = await planned(root, iommu);
      assert.deepEqual(blast, [{ blast: 'after-reboot', what: '/etc/default/grub' }]);
      await applyAll(root, effects);
      assert.match(text(root, 'etc/default/grub'), /^GRUB_CMDLINE_LINUX_DEFAULT="intel_iommu=on iommu=pt"$/m);
      assert.equal(text(root, 'run/fake/log'), 'update-grub \n');
    }));

  for (const [boot, path, shown] of [
    ['uefi', 'etc/kernel/cmdline', 'root=ZFS=rpool/ROOT/pve-1 intel_iommu=on iommu=pt\n'],
    ['grub', 'etc/default/grub', /^GRUB_CMDLINE_LINUX_DEFAULT="intel_iommu=on iommu=pt"$/m],
  ] as const)
    it(`proxmox-boot-tool that starts by ${boot} gets them in /${path}`, () =>
      roots.fresh(async ({ root }) => {
        execFileSync('mkdir', ['-p', join(root, 'etc/kernel')]);
        writeFileSync(join(root, 'etc/kernel/proxmox-boot-uuids'), '5A2E-1B7C\n');
        writeFileSync(join(root, 'etc/kernel/cmdline'), 'root=ZFS=rpool/ROOT/pve-1 quiet\n');
        writeFileSync(join(root, 'run/fake/boot'), `${boot}\n`);
        const { effects } = await planned(root, iommu);
        await applyAll(root, effects);
        if (typeof shown === 'string') assert.equal(text(root, path), shown);
        else assert.match(text(root, path), shown);
        assert.match(text(root, 'run/fake/log'), /proxmox-boot-tool refresh\n$/);
      }));

  it('where the boot menu cannot be made, the file is put back', () =>
    roots.fresh(async ({ root }) => {
      const before_ = text(root, 'etc/default/grub');
      const { effects } = await planned(root, iommu);
      writeFileSync(join(root, 'run/fake/broken'), '');
      const ended = await applied(root, only(effects, 'kernel-cmdline'));
      assert.ok(ended.did === 'failed' && ended.failure.failure === 'host');
      assert.match(ended.failure.message, /no space left/);
      assert.equal(text(root, 'etc/default/grub'), before_);
    }));

  it('the command line is not missed until the host was started again, and then it is', () =>
    roots.fresh(async ({ root }) => {
      const { effects, probes } = await planned(root, iommu);
      await applyAll(root, effects);
      const cmdline = probes.filter(({ probe }) => probe === 'cmdline');
      const see = async () => (await look(root, cmdline)).map(({ ok, saw }) => [ok, saw]);
      assert.deepEqual(await see(), [[true, 'after reboot']]);
      writeFileSync(join(root, 'proc/sys/kernel/random/boot_id'), 'another\n');
      writeFileSync(join(root, 'proc/cmdline'), 'ro quiet intel_iommu=on iommu=pt\n');
      assert.deepEqual(await see(), [[false, 'ro quiet intel_iommu=on iommu=pt']]);
      writeFileSync(join(root, 'proc/cmdline'), 'ro intel_iommu=on iommu=pt\n');
      assert.deepEqual(await see(), [[true, 'ro intel_iommu=on iommu=pt']]);
    }));

  const shipped = (id: string) => readRecipes(RECIPES).get(id) ?? assert.fail(`no recipe ${id}`);

  it('enterprise repositories are switched off only without a subscription, or where nobody can say', () =>
    roots.fresh(async ({ root }) => {
      const paths = async () =>
        (await planned(root, shipped('pve-repositories'))).effects.map(
          (effect) => effect.kind === 'file' && effect.path,
        );
      const own = '/etc/apt/sources.list.d/quorate-pve-no-subscription.list';
      assert.deepEqual(await paths(), [own, '/etc/apt/sources.list.d/pve-enterprise.list']);
      writeFileSync(join(root, 'run/fake/subscription'), 'active\n');
      assert.deepEqual(await paths(), [own]);
      rmSync(join(root, 'usr/bin/pvesubscription'));
      assert.deepEqual(await paths(), [own]);
    }));

  it('only the pools that did not trim by themselves do so afterwards, and only they stop again', () =>
    roots.fresh(async ({ root }) => {
      writeFileSync(join(root, 'run/fake/zpool/tank'), 'on\n');
      const { effects } = await planned(root, shipped('zfs-autotrim'));
      assert.deepEqual(
        effects.map((effect) => effect.kind === 'pool-property' && effect.pool),
        ['rpool'],
      );
      await applyAll(root, effects);
      await applyAll(root, inverses(effects));
      assert.deepEqual(
        [text(root, 'run/fake/zpool/rpool'), text(root, 'run/fake/zpool/tank')],
        ['off\n', 'on\n'],
      );
      assert.doesNotMatch(text(root, 'run/fake/log'), /set \S+ tank/);
    }));

  it('a pool with a disk that turns is left as it is and named, and where there is no other the recipe is not for the host', () =>
    roots.fresh(async ({ root }) => {
      layDisk(root, 'sdc', '1');
      const { effects, checks, basis } = await planned(root, shipped('zfs-autotrim'));
      assert.deepEqual(
        effects.map((effect) => effect.kind === 'pool-property' && effect.pool),
        ['rpool'],
      );
      assert.deepEqual(
        checks.map(({ state, facts }) => [state, facts['key']]),
        [['warn', 'tank']],
      );
      assert.deepEqual(await hostBasisNow(hostAt(root), basis), basis);
      layDisk(root, 'sdb', '1');
      assert.notDeepEqual(await hostBasisNow(hostAt(root), basis), basis, 'another disk is noticed');
      const none = await planRecipe(hostAt(root), shipped('zfs-autotrim'), NODE);
      assert.ok(!none.ok && none.error.no === 'recipe-not-for-this-host', JSON.stringify(none));
    }));

  it('another processor, other memory and another network card make another plan of what was made of them', () =>
    roots.fresh(async ({ root }) => {
      setMachine(root, { cpu: 'amd', virt: 'none' });
      for (const [id, fact, edit] of [
        ['vfio-amd', 'host cpu', () => setMachine(root, { cpu: 'intel', virt: 'none' })],
        [
          'zfs-arc',
          'host memory',
          () => writeFileSync(join(root, 'proc/meminfo'), 'MemTotal: 16000000 kB\n'),
        ],
        [
          'persistent-nic-names',
          'host nics',
          () => writeFileSync(join(root, 'sys/class/net/eno1/address'), '0c:c4:7a:00:00:09\n'),
        ],
      ] as const) {
        const { basis } = await planned(root, shipped(id));
        assert.deepEqual(await hostBasisNow(hostAt(root), basis), basis, id);
        edit();
        const now = await hostBasisNow(hostAt(root), basis);
        const other = basis.filter(({ of, value }) => now.find((one) => one.of === of)?.value !== value);
        assert.deepEqual(
          other.map(({ of }) => of),
          [fact],
        );
      }
    }));

  it('changes of a part of it are taken back to the last byte by one plan, though two share the file of the boot loader', () =>
    undoneTogether(roots));

  it('gzip writes through pigz where both do the same, and is itself for all else and all that reads', () =>
    wrapped(roots));

  it('a diversion that was cut short anywhere is put back by looking', () => cutShort(roots));

  it('a wrapper that somebody edited stays, and what another package diverted stops the plan', () =>
    othersDiversion(roots));

  it('a program that is diverted is updated beside its wrapper, and the way back leads to the new one', () =>
    updatedBeneath(roots));

  it('a unit that somebody changed since the plan is left as it is', () =>
    roots.fresh(async ({ root }) => {
      const { effects } = await planned(root, shipped('rpcbind-off'));
      execFileSync('systemctl', [`--root=${root}`, 'mask', 'rpcbind.socket'], { stdio: 'ignore' });
      const { did } = await applied(root, only(effects, 'unit'));
      assert.equal(did, 'failed');
    }));

  it('of each kind of effect looking alone says whether it happened', () =>
    roots.fresh(async ({ root }) => {
      const all = recipeWith({
        packages: { install: ['ticker'] },
        files: [{ path: '/etc/new.d/quorate', content: 'x\n', mode: '0644', refresh: 'initramfs' }],
        sysctl: { 'vm.swappiness': '10' },
        cmdline: { add: ['a=b'] },
        autotrim: 'on',
        units: [{ unit: 'pve-ha-lrm.service', enabled: 'enabled', active: true }],
      });
      const { effects } = await planned(root, all);
      const kinds = [...new Set(effects.map(({ kind }) => kind))];
      assert.deepEqual(kinds, [
        'package',
        'folder',
        'refreshed-file',
        'file',
        'sysctl',
        'kernel-cmdline',
        'pool-property',
        'unit',
      ]);
      for (const effect of effects) {
        const found = async () =>
          (await lookAt({ host: { root }, api: null, network: null }, effect, { upid: null, since: 0 })).did;
        assert.equal(await found(), 'nothing', effect.kind);
        await applyAll(root, [effect]);
        assert.equal(await found(), 'done', effect.kind);
      }
    }));

  it('a file that was written before a kill and that nothing can make count is put back by looking', () =>
    roots.fresh(async ({ root }) => {
      const { effects } = await planned(
        root,
        recipeWith({
          files: [{ path: '/etc/new.d/quorate', content: 'x\n', mode: '0644', refresh: 'initramfs' }],
        }),
      );
      await applyAll(root, effects);
      const effect = only(effects, 'refreshed-file');
      const program = join(root, 'usr/bin/update-initramfs');
      rmSync(program);
      writeFileSync(program, '#!/bin/sh\nexit 1\n', { mode: 0o755 });
      const look = async () =>
        (await lookAt({ host: { root }, api: null, network: null }, effect, { upid: null, since: 0 })).did;
      assert.equal(await look(), 'failed');
      assert.equal(existsSync(join(root, 'etc/new.d/quorate')), false);
      assert.equal(await look(), 'nothing');
    }));
});
