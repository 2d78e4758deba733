import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import type { Plan } from '#policies/plan';
import type { Seen } from '#policies/probe';
import type { Recipe } from '#policies/recipes/recipe';
import { samplePlan } from '#test/db/journal/sample';
import type { Suite } from '#test/fake/host/debian-tar';
import { setMachine } from '#test/fake/host/lay-host';
import type { LocalPackage } from '#test/fake/host/local-packages';
import { noRoots, openRoots, type Roots } from '#test/fake/host/root';
import { treeDiff } from '#test/fake/host/tree-diff';
import { PVE1 } from '#test/worker/jobs/site';
import { undoneProbes } from '#worker/jobs/undone-probes';
import { hostBasisNow } from '#worker/recipes/host-basis';
import { planRecipe } from '#worker/recipes/plan-recipe';
import { applyAll, hostAt, inverses, look, NODE, planned } from './carried-out.ts';

/** The programs that were called, which nothing takes back. */
const RECORD = '/run/fake/log';

/** Parted by tabs when the kernel says it, and by blanks when it is told: the probes compare these. */
const OF_KERNEL = '/proc/sys/net/ipv4/tcp_';

/** What apt and dpkg keep for themselves: which packages ever came, when, and indexes of what there is. */
const OF_PACKAGES = [
  '/var/cache/apt/', // made anew from the lists whenever they differ
  '/var/cache/debconf/', // backups of its own database
  '/var/lib/apt/extended_states', // which packages came along with others
  '/var/lib/dpkg/lock',
  '/var/lib/dpkg/diversions-old', // its own backup of what is diverted
  '/var/lib/dpkg/status', // fields of packages that went may stand in another order
  '/var/lib/dpkg/available',
  '/var/lib/dpkg/triggers/',
  '/var/log/apt/',
  '/var/log/dpkg.log',
  '/var/lib/dpkg/info/format',
];

/** A real package conflicts with what it replaces; one is installed already. */
const CONFLICTS: Readonly<Record<string, string>> = { chrony: 'ntpsec' };

const packagesOf = (recipes: readonly Recipe[]): readonly LocalPackage[] => {
  const names = new Set(recipes.flatMap(({ packages }) => packages.install));
  return [
    ...[...names].map((name): LocalPackage => {
      const conflicts = CONFLICTS[name];
      return { name, depends: 'libquorate-test', ...(conflicts === undefined ? {} : { conflicts }) };
    }),
    { name: 'libquorate-test' },
    { name: 'ntpsec' },
  ];
};

const unseen = (seen: readonly Seen[]): readonly Seen[] => seen.filter(({ ok }) => !ok);

/** Plans a recipe, carries it out, looks, plans it again, takes it back, looks again, and compares every file. */
const roundTrip = (roots: Roots, recipe: Recipe): Promise<void> =>
  roots.fresh(async (at) => {
    const { root } = at;
    setMachine(root, { cpu: recipe.for.cpu ?? 'intel', virt: recipe.for.virtual ?? 'none' });
    setMachine(roots.lower, { cpu: recipe.for.cpu ?? 'intel', virt: recipe.for.virtual ?? 'none' });
    const host = hostAt(root);
    const draft = await planned(root, recipe);
    const installs = draft.effects.some(({ kind }) => kind === 'package');
    const passOver = [RECORD, OF_KERNEL, ...(installs ? OF_PACKAGES : [])];
    assert.deepEqual(treeDiff(at, passOver), [], 'planning touches nothing');
    assert.deepEqual(await hostBasisNow(host, draft.basis), draft.basis, 'the basis can be read again');

    await applyAll(root, draft.effects);
    assert.deepEqual(unseen(await look(root, draft.probes)), []);
    assert.notDeepEqual(treeDiff(at, passOver), [], 'something is different');
    assert.deepEqual(await planRecipe(host, recipe, NODE), { ok: false, error: { no: 'nothing-to-do' } });

    const plan: Plan = samplePlan('a', { target: PVE1, ...draft });
    await applyAll(root, inverses(draft.effects));
    assert.deepEqual(unseen(await look(root, undoneProbes(plan, [...draft.effects.keys()]))), []);
    assert.deepEqual(treeDiff(at, passOver), [], 'every file is as it was');
    if (!installs) assert.deepEqual((await planned(root, recipe)).effects, draft.effects, 'as before');
  });

/** Every recipe for a host alone, there and back, on a root of this release. */
export const roundTrips = (suite: Suite): void => {
  describe(`on ${suite}`, { skip: noRoots() }, () => {
    // Those of Proxmox's access control need one to ask: test/worker/jobs/access.test.ts.
    const recipes = [...readRecipes(RECIPES).values()].filter(({ access }) => access.length === 0);
    let roots: Roots;
    before(() => {
      roots = openRoots(suite, packagesOf(recipes), ['ntpsec']);
    });
    after(() => roots.close());
    for (const recipe of recipes)
      it(`${recipe.id} is done, seen, and taken back to the last byte`, () => roundTrip(roots, recipe));
  });
};
