import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { planOf } from '#db/journal/plans';
import type { ChangeId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import type { Probe } from '#policies/probe';
import { ok } from '#policies/result';
import { changeId } from '#test/db/journal/sample';
import { setMachine } from '#test/fake/host/lay-host';
import type { Roots } from '#test/fake/host/root';
import { treeDiff } from '#test/fake/host/tree-diff';
import { rig } from '#test/worker/jobs/rig';
import { PVE1 } from '#test/worker/jobs/site';
import type { Wish } from '#worker/jobs/worker';
import { hostBasisNow } from '#worker/recipes/host-basis';
import { planRecipe } from '#worker/recipes/plan-recipe';
import { hostAt, look, NODE } from './carried-out.ts';

const recipes = readRecipes(RECIPES);

/** A worker whose recipes and probes are those of the host below a root. */
const rigAt = (root: string, now: () => number): ReturnType<typeof rig> => {
  const r = rig({ recipes, around: { host: { root }, api: null, network: null } }, now);
  Object.assign(r.worker.eyes, {
    planAction: async ({ params }: Wish) => {
      const recipe = recipes.get(JSON.stringify(params['recipe']).slice(1, -1));
      return planRecipe(hostAt(root), recipe ?? assert.fail('no such recipe'), NODE);
    },
    basisNow: async ({ basis }: Plan) => ok(await hostBasisNow(hostAt(root), basis)),
    see: (_: Plan, probes: readonly Probe[]) => look(root, probes),
  });
  return r;
};

/** Changes of two parts of a node, taken back part by part, each by one plan: the whole root is as it was. */
export const undoneTogether = (roots: Roots): Promise<void> =>
  roots.fresh(async (at) => {
    setMachine(at.root, { cpu: 'amd', virt: 'none' });
    setMachine(roots.lower, { cpu: 'amd', virt: 'none' });
    let now = Date.now();
    const r = rigAt(at.root, () => now);
    const run = async (change: ChangeId): Promise<void> => {
      const ticket = r.ticket(change, { expires: now + 60_000 });
      await r.send({ job: 'run', change, ticket });
      const last = r.reports().at(-1);
      assert.ok(last?.report === 'finished' && last.outcome.end === 'succeeded', JSON.stringify(last));
    };
    const since = now;
    for (const [letter, recipe] of [
      ['a', 'memory'],
      ['b', 'amd-fixes'],
      ['c', 'motd'],
      ['d', 'vfio-amd'],
    ] as const) {
      now += 60_000;
      await r.plan(changeId(letter), recipe);
      await run(changeId(letter));
    }
    const grub = (): string => readFileSync(join(at.root, 'etc/default/grub'), 'utf8');
    assert.match(grub(), /quiet idle=nomwait amd_iommu=on iommu=pt/);
    now += 60_000;
    const undo = { job: 'plan', action: 'change.undo', target: PVE1 } as const;
    const [u, v] = [changeId('u'), changeId('v')];
    await r.send({ ...undo, change: u, params: { subsystem: 'kernel', since, to: 'then' } });
    assert.deepEqual(
      planOf(r.journal, u)?.plan.undoes?.changes.map(({ what }) => what),
      ['vfio-amd', 'amd-fixes', 'memory'],
    );
    await run(u);
    await r.send({ ...undo, change: v, params: { subsystem: 'shell', since, to: 'then' } });
    await run(v);
    assert.deepEqual(treeDiff(at, ['/run/fake/log']), []);
    r.close();
    setMachine(roots.lower, { cpu: 'intel', virt: 'none' });
  });
