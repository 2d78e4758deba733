import { ACTIONS } from '#policies/actions';
import { hasReturn } from '#policies/host-effect';
import type { NodeName } from '#policies/ids';
import type { Recipe } from '#policies/recipes/recipe';
import { no, ok, type Result } from '#policies/result';
import { higherRisk } from '#policies/risk';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { listPools } from '../shell/zpool.ts';
import { factBasis } from './fact-basis.ts';
import { cpuOf, virtualOf } from './facts.ts';
import { codenameOf, type RecipeHost } from './host.ts';
import { aptBasis } from './host-basis.ts';
import { joined, type Part, type Planned, part } from './part.ts';
import { planAccess } from './plan-access.ts';
import { planCmdline } from './plan-cmdline.ts';
import { planDiversions } from './plan-diversions.ts';
import { planFiles } from './plan-files.ts';
import { planPackages } from './plan-packages.ts';
import { planPools } from './plan-pools.ts';
import { planSysctl } from './plan-sysctl.ts';
import { planUnits } from './plan-units.ts';

/** What a host is otherwise than a recipe needs, in a few words; undefined = nothing. */
const MISFITS: readonly ((host: RecipeHost, needs: Recipe['for']) => Promise<string | undefined>)[] = [
  async ({ root }, { debian }) => {
    const codename = codenameOf({ root });
    if (codename !== null && debian.includes(codename)) return undefined;
    return `Debian ${codename ?? '(unknown)'}; it is for ${debian.join(', ')}`;
  },
  async ({ root }, { cpu }) => {
    const made = cpuOf(root);
    return cpu === undefined || cpu === made
      ? undefined
      : `processor ${made ?? '(unknown)'}; it is for ${cpu}`;
  },
  async ({ root }, { zfs }) =>
    zfs === undefined || (await listPools(root)).length > 0 ? undefined : 'no ZFS pool',
  async ({ root }, { virtual }) => {
    if (virtual === undefined) return undefined;
    const machine = await virtualOf(root);
    return virtual === machine ? undefined : `machine ${machine}; it is for ${virtual}`;
  },
];

/** Why a recipe is not for a host; undefined = it is. */
export const misfit = async (host: RecipeHost, { for: needs }: Recipe): Promise<string | undefined> => {
  for (const differs of MISFITS) {
    const why = await differs(host, needs);
    if (why !== undefined) return why;
  }
  return undefined;
};

/** What apt says of keys is looked at afterwards, and how it was is what undoing leads back to. */
const planApt = async (host: RecipeHost, { id, probes }: Recipe): Promise<Planned> => {
  const parts: Part[] = [];
  for (const { apt_config: key, want } of probes) {
    const apt = await aptBasis(host, key);
    if (!apt.ok)
      return no({ no: 'recipe-not-for-this-host', recipe: id, why: `apt-config: ${apt.error.failure}` });
    parts.push(part({ basis: [apt.value], probes: [{ probe: 'apt-config', key, want }] }));
  }
  return ok(joined(parts));
};

/** The sections of a recipe in the order in which they are done: a package may bring what later ones are about. */
const SECTIONS: readonly ((host: RecipeHost, recipe: Recipe) => Planned | Promise<Planned>)[] = [
  planPackages,
  planFiles,
  planSysctl,
  planCmdline,
  planPools,
  planUnits,
  planDiversions,
  planAccess,
  planApt,
];

/** What is not yet as a recipe wants it, on a host that it is for. */
export const planSections = async (host: RecipeHost, recipe: Recipe): Promise<Planned> => {
  const parts: Part[] = [];
  for (const section of SECTIONS) {
    const planned = await section(host, recipe);
    if (!planned.ok) return planned;
    parts.push(planned.value);
  }
  return ok(joined(parts));
};

/** Plans a recipe for a host: what is not yet as it wants it, with both states whole. Touches nothing. */
export const planRecipe = async (
  host: RecipeHost,
  recipe: Recipe,
  node: NodeName,
): Promise<Result<Draft, WorkerRefusal>> => {
  const why = await misfit(host, recipe);
  if (why !== undefined) return no({ no: 'recipe-not-for-this-host', recipe: recipe.id, why });
  const planned = await planSections(host, recipe);
  if (!planned.ok) return planned;
  const { effects, basis, probes, checks, blast } = planned.value;
  if (effects.length === 0) return no({ no: 'nothing-to-do' });
  const isReturnable = effects.every((effect) => effect.kind !== 'package' || hasReturn(effect));
  return ok({
    node,
    name: node,
    basis: [...basis, ...(await factBasis(host.root, recipe))],
    effects: [...effects],
    probes: [...probes],
    checks: [...checks],
    blast: [...blast],
    risk: higherRisk(ACTIONS['host.recipe'].risk, recipe.risk),
    undo: isReturnable ? { possible: true } : { possible: false, why: 'already-happened' },
  });
};
