import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Probe } from '#policies/probe';
import { see } from '#worker/probes/see';
import { buildBackup, grant } from '#worker/simulator/build-world';
import { setPower, touchConfig } from '#worker/simulator/touch';
import { guestOf, look, onSite, type Site, targetOf } from '../actions/site.ts';

const one = async (site: Site, about: number | string, probe: Probe) => {
  const [seen] = await look(site, about, [probe]);
  assert.ok(seen);
  assert.deepEqual(seen.probe, probe);
  return { ok: seen.ok, saw: seen.saw };
};

/** A clock that only a sleep moves, and how often it was asked to sleep. */
const clock = (onSleep: (times: number) => void = () => undefined) => {
  let now = Date.now();
  let times = 0;
  return {
    now: () => now,
    sleep: async (ms: number) => {
      now += ms;
      times += 1;
      onSleep(times);
    },
    times: () => times,
  };
};

test('what takes time is waited for, and seen as soon as it is so', () =>
  onSite(async ({ proxmox, world }) => {
    const time = clock((times) => {
      if (times === 3) setPower(world, 101, undefined);
    });
    const seen = await see(
      { proxmox, root: '/', network: null, now: time.now },
      { target: targetOf(101), probes: [{ probe: 'guest-status', want: 'stopped' }] },
      { within: 60_000, every: 1000, sleep: time.sleep },
    );
    assert.deepEqual(seen, [{ probe: { probe: 'guest-status', want: 'stopped' }, ok: true, saw: 'stopped' }]);
    assert.equal(time.times(), 3);
  }));

test('waiting ends, and says what was seen instead', () =>
  onSite(async ({ proxmox }) => {
    const time = clock();
    const seen = await see(
      { proxmox, root: '/', network: null, now: time.now },
      {
        target: targetOf(101),
        probes: [
          { probe: 'guest-status', want: 'stopped' },
          { probe: 'guest-on-node', node: 'pve1' },
        ],
      },
      { within: 5000, every: 1000, sleep: time.sleep },
    );
    assert.deepEqual(
      seen.map(({ ok, saw }) => [ok, saw]),
      [
        [false, 'running'],
        [true, 'pve1'],
      ],
    );
    assert.equal(time.times(), 5);
  }));

test('a guest that still runs since its old start was not restarted', () =>
  onSite(async (site) => {
    const start = Date.now() - 3_600_000;
    setPower(site.world, 101, start);
    const probe = { probe: 'guest-restarted', upBefore: start } as const;
    assert.equal((await one(site, 101, probe)).ok, false);
    setPower(site.world, 101, Date.now() - 5000);
    assert.equal((await one(site, 101, probe)).ok, true);
    setPower(site.world, 101, undefined);
    assert.deepEqual(await one(site, 101, probe), { ok: false, saw: 'stopped, up for 0 s' });
  }));

test('a guest that may not be seen is not gone', () =>
  onSite(async (site) => {
    assert.deepEqual(await one(site, 101, { probe: 'guest-gone' }), { ok: false, saw: 'there, on pve1' });
    for (const ugid of ['botread@pve', site.world.reader])
      grant(site.world, ugid, { path: '/vms/101', roleid: 'NoAccess' });
    const hidden = await one(site, 101, { probe: 'guest-gone' });
    assert.deepEqual(hidden, { ok: false, saw: 'not allowed to look: VM.Audit on /vms/101' });
    site.world.guests.delete(103);
    assert.deepEqual(await one(site, 103, { probe: 'guest-gone' }), { ok: true, saw: 'gone' });
  }));

test('a hibernated guest is not a stopped one', () =>
  onSite(async (site) => {
    touchConfig(site.world, 103, { lock: 'suspended' });
    const seen = await one(site, 103, { probe: 'guest-status', want: 'stopped' });
    assert.deepEqual(seen, { ok: false, saw: 'hibernated' });
  }));

test('an absent setting is its default, and a secret is compared but never shown', () =>
  onSite(async (site) => {
    const onboot = { probe: 'setting', key: 'onboot', want: '0' } as const;
    touchConfig(site.world, 101, { cipassword: 'hidden' });
    delete guestOf(site.world, 101).conf['onboot'];
    assert.deepEqual(await one(site, 101, onboot), { ok: true, saw: 'not set' });
    assert.deepEqual(await one(site, 101, { probe: 'setting', key: 'memory', want: null }), {
      ok: false,
      saw: '1024',
    });
    assert.deepEqual(await one(site, 101, { probe: 'setting', key: 'cipassword', want: 'hidden' }), {
      ok: true,
      saw: '•••',
    });
  }));

test('an old backup is not a new one, and none is none', () =>
  onSite(async (site) => {
    const newest = Math.max(
      ...site.world.backups.filter(({ vmid }) => vmid === 101).map(({ ctime }) => ctime),
    );
    const probe = { probe: 'backup-newer', storage: 'backup', than: newest * 1000 } as const;
    assert.equal((await one(site, 101, probe)).ok, false);
    assert.deepEqual(await one(site, 203, { ...probe, than: 0 }), { ok: false, saw: 'no backup' });
    const guest = guestOf(site.world, 101);
    site.world.backups.push(buildBackup(guest, { storage: 'backup', ctime: newest + 1 }));
    assert.equal((await one(site, 101, probe)).ok, true);
  }));

test('a site that does not answer was not seen', () =>
  onSite(async (site) => {
    await site.simulator.close();
    const seen = await one(site, 101, { probe: 'guest-status', want: 'running' });
    assert.equal(seen.ok, false);
    assert.match(seen.saw, /^proxmox-unreachable /);
  }));

test('a probe that cannot be about its target is a mistake of the program', () =>
  onSite(async (site) => {
    await assert.rejects(look(site, 'pve1', [{ probe: 'guest-gone' }]), RangeError);
    await assert.rejects(look(site, 101, [{ probe: 'service-running', service: 'cron' }]), RangeError);
  }));

const apt = existsSync('/usr/bin/apt-config');

test(
  'files and apt are looked at below the root',
  { skip: apt ? false : 'apt-config is not installed' },
  () =>
    onSite(async ({ proxmox }) => {
      const root = await mkdtemp(join(tmpdir(), 'quorate-see-'));
      try {
        const parts = '/etc/apt/apt.conf.d';
        await mkdir(root + parts, { recursive: true });
        const path = `${parts}/99test`;
        const content = 'Quorate::Test "yes";\n';
        const sha256 = createHash('sha256').update(content).digest('hex');
        const probes: Probe[] = [
          { probe: 'file', path, sha256 },
          { probe: 'apt-config', key: 'Quorate::Test', want: 'yes' },
          { probe: 'file', path, sha256: null },
          { probe: 'apt-config', key: 'Quorate::Test', want: null },
        ];
        const patience = { within: 0, every: 10, sleep: async () => undefined };
        const seen = () =>
          see(
            { proxmox, root, network: null, now: Date.now },
            { target: targetOf('pve1'), probes },
            patience,
          );
        assert.deepEqual(
          (await seen()).map(({ ok, saw }) => [ok, saw]),
          [
            [false, 'no file'],
            [false, 'not set'],
            [true, 'no file'],
            [true, 'not set'],
          ],
        );
        await writeFile(root + path, content);
        assert.deepEqual(
          (await seen()).map(({ ok }) => ok),
          [true, true, false, false],
        );
      } finally {
        await rm(root, { recursive: true });
      }
    }),
);
