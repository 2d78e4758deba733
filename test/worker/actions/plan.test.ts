import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACTIONS, ActionName, isOwnAction } from '#policies/actions';
import { NEVER_TAKEN_BACK } from '#policies/change/revert';
import type { Effect } from '#policies/effect';
import { readBasis } from '#worker/actions/basis';
import { CASES } from './cases.ts';
import { guestOf, look, onSite, plan, type Site, send, targetOf } from './site.ts';

/** A guest without what moves by itself. */
const stateOf = ({ world }: Site, about: number | string): unknown => {
  if (typeof about === 'string') return null;
  const { conf, pending, node, power, snapshots } = guestOf(world, about);
  const { parent: _, ...rest } = conf;
  const paused = power.on && power.paused;
  return structuredClone({
    rest,
    pending,
    node,
    on: power.on,
    paused,
    names: snapshots.map(({ name }) => name),
  });
};

const apiEffects = (effects: readonly Effect[]) => effects.filter((effect) => effect.kind === 'api');

test('there is a case for every action of the catalogue that is planned by looking at the site', () => {
  const elsewhere: ActionName[] = ['host.recipe', 'host.script', 'network.apply', 'change.undo'];
  const own = Object.keys(ACTIONS).filter((name) => isOwnAction(ActionName.parse(name)));
  const covered = new Set<string>([...elsewhere, ...own, ...CASES.map(({ action }) => action)]);
  assert.deepEqual([...covered].sort(), Object.keys(ACTIONS).sort());
});

test('what the rules are told that nothing takes back is what no case has a way back from', () => {
  const never = Map.groupBy(CASES, ({ action }) => action);
  const lasting = [...never].filter(([, cases]) => cases.every(({ back }) => back === null));
  const ofHosts = NEVER_TAKEN_BACK.filter((action) => !isOwnAction(action));
  assert.deepEqual(lasting.map(([action]) => action).toSorted(), ofHosts.toSorted());
});

for (const wanted of CASES) {
  test(`${wanted.title}: planning only reads, is stable, and what it promises is seen once it was done`, () =>
    onSite(async (site) => {
      const { simulator, world, proxmox } = site;
      wanted.before?.(site);
      const untouched = structuredClone(world);

      const first = await plan(site, wanted);
      assert.ok(first.ok, JSON.stringify(first));
      const again = await plan(site, wanted);
      assert.ok(again.ok);
      assert.deepEqual(world, untouched);
      assert.ok(simulator.requests.every(({ method }) => method === 'GET'));
      assert.deepEqual(again.value.basis, first.value.basis);
      assert.deepEqual(again.value.effects, first.value.effects);
      const { basis, effects, probes } = first.value;
      const now = await readBasis(proxmox, { target: targetOf(wanted.about), basis });
      assert.deepEqual(now, { ok: true, value: basis });

      const before = stateOf(site, wanted.about);
      const early = await look(site, wanted.about, probes);
      // A service runs before its restart as well.
      if (wanted.action !== 'node.service-restart')
        assert.ok(
          early.some(({ ok }) => !ok),
          JSON.stringify(early),
        );
      for (const { call } of apiEffects(effects))
        assert.equal(await send(site, call), 'ok', JSON.stringify(call));
      const seen = await look(site, wanted.about, probes, 2000);
      assert.ok(
        seen.every(({ ok }) => ok),
        JSON.stringify(seen),
      );

      const inverses = apiEffects(effects).map(({ inverse }) => inverse);
      assert.equal(
        inverses.every((inverse) => inverse !== null),
        wanted.back !== null,
      );
      assert.equal(first.value.undo.possible, wanted.back !== null);
      for (const inverse of inverses) if (inverse !== null) assert.equal(await send(site, inverse), 'ok');
      if (wanted.back === 'same') assert.deepEqual(stateOf(site, wanted.about), before);
    }));
}

test('a plan takes few requests and less than a second', () =>
  onSite(async (site) => {
    for (const wanted of CASES) {
      if (wanted.before) continue;
      const asked = site.simulator.requests.length;
      const begun = performance.now();
      await plan(site, wanted);
      assert.ok(performance.now() - begun < 1000, wanted.title);
      assert.ok(site.simulator.requests.length - asked <= 13, wanted.title);
    }
  }));

test('parameters that the catalogue does not know, and a target of the wrong kind, are no plan at all', () =>
  onSite(async (site) => {
    await assert.rejects(plan(site, { action: 'guest.stop', about: 101, params: { force: true } }), /force/);
    await assert.rejects(
      plan(site, { action: 'disk.grow', about: 101, params: { disk: 'scsi0', by: '-1G' } }),
      /"by"/,
    );
    await assert.rejects(plan(site, { action: 'guest.stop', about: 'pve1' }), RangeError);
    assert.equal(site.simulator.requests.length, 0);
  }));
