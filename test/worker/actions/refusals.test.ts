import assert from 'node:assert/strict';
import { test } from 'node:test';
import { grant } from '#worker/simulator/build-world';
import { demoWorld } from '#worker/simulator/demo-world';
import { MIB, running, underHa, used } from './circumstances.ts';
import { SHOWN } from './shown-cases.ts';
import { guestOf, onSite, plan, send, type Wanted } from './site.ts';
import { STOPPED } from './stopped-cases.ts';

for (const { title, before, check, state, facts, ...wanted } of STOPPED)
  test(title, () =>
    onSite(async (site) => {
      await before?.(site);
      const refused = await plan(site, wanted);
      assert.ok(!refused.ok && refused.error.no === 'checks-failed', JSON.stringify(refused));
      const seen = refused.error.checks.filter((one) => one.check === check && one.state === state);
      assert.equal(seen.length, 1, JSON.stringify(refused.error.checks));
      if (facts) assert.deepEqual(seen[0]?.facts, facts);
      const stops = refused.error.checks.filter((one) => one.state === 'stop');
      assert.deepEqual(
        stops.map((one) => one.check),
        [check],
      );
    }),
  );

for (const { title, before, check, state, facts, ...wanted } of SHOWN)
  test(title, () =>
    onSite(async (site) => {
      await before?.(site);
      const made = await plan(site, wanted);
      assert.ok(made.ok, JSON.stringify(made));
      const seen = made.value.checks.find((one) => one.check === check);
      assert.equal(seen?.state, state, JSON.stringify(made.value.checks));
      if (facts) assert.deepEqual(seen?.facts, facts);
    }),
  );

test('a stop under HA, and growing beyond what is free, are riskier than the catalogue says', () =>
  onSite(async (site) => {
    underHa('vm:101')(site);
    const stop = await plan(site, { action: 'guest.stop', about: 101 });
    assert.equal(stop.ok && stop.value.risk, 'critical');
    used('fast', 30 * 1024 * MIB)(site);
    const grow = await plan(site, { action: 'disk.grow', about: 101, params: { disk: 'scsi0', by: '1T' } });
    assert.equal(grow.ok && grow.value.risk, 'high');
  }));

test('what is so already is nothing to do', () =>
  onSite(async (site) => {
    const wanted: readonly Wanted[] = [
      { action: 'guest.start', about: 101 },
      { action: 'guest.stop', about: 103 },
      { action: 'guest.shutdown', about: 201 },
      { action: 'config.set', about: 101, params: { memory: '1024', tags: 'web,prod', onboot: 'yes' } },
      { action: 'config.set', about: 103, params: { description: '' } },
      { action: 'guest.migrate', about: 101, params: { node: 'pve1' } },
    ];
    for (const one of wanted)
      assert.deepEqual(await plan(site, one), { ok: false, error: { no: 'nothing-to-do' } });
  }));

test('a container is not suspended, and has no RAM to keep', () =>
  onSite(async (site) => {
    const kind = 'lxc';
    for (const [action, params] of [
      ['guest.suspend', {}],
      ['guest.resume', {}],
      ['snapshot.create', { name: 'now', ram: 'yes' }],
    ] as const)
      assert.deepEqual(await plan(site, { action, about: 200, params }), {
        ok: false,
        error: { no: 'wrong-kind', action, kind },
      });
  }));

test('an unknown guest is not found, and one that the reader may not see is forbidden', async () => {
  const hidden = demoWorld(Date.now());
  for (const ugid of ['botread@pve', hidden.reader])
    grant(hidden, ugid, { path: '/vms/101', roleid: 'NoAccess' });
  await onSite(
    async (site) => {
      const missing = await plan(site, { action: 'guest.stop', about: 999 });
      assert.deepEqual(missing, { ok: false, error: { no: 'guest-not-found', vmid: 999 } });
      assert.deepEqual(await plan(site, { action: 'guest.stop', about: 101 }), {
        ok: false,
        error: { no: 'forbidden-by-proxmox', path: '/vms/101', privilege: 'VM.Audit' },
      });
    },
    { world: hidden },
  );
});

test('a site that does not answer is unreachable', () =>
  onSite(async (site) => {
    await site.simulator.close();
    const refused = await plan(site, { action: 'guest.stop', about: 101 });
    assert.equal(!refused.ok && refused.error.no, 'proxmox-unreachable');
  }));

test('the task that a stop overtakes is ended by it', () =>
  onSite(async (site) => {
    await running(site);
    const made = await plan(site, { action: 'guest.stop', about: 101 });
    const effect = made.ok ? made.value.effects[0] : undefined;
    assert.ok(effect?.kind === 'api');
    site.simulator.faults.clear();
    assert.equal(await send(site, effect.call), 'ok');
    assert.equal(guestOf(site.world, 101).power.on, false);
  }));
