import { z } from 'zod';
import { ACTIONS } from '#policies/actions';
import type { NodeName, SiteId } from '#policies/ids';
import type { Inventory } from '#policies/inventory';
import type { Basis, Plan } from '#policies/plan';
import { type Recipe, RecipeId } from '#policies/recipes/recipe';
import type { Standings } from '#policies/recipes/standing';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from './actions/action.ts';
import { readBasis } from './actions/basis.ts';
import { isPlanned, planAction } from './actions/table.ts';
import { notHere } from './guard/here.ts';
import { readInventory } from './inventory/inventory.ts';
import type { Eyes, Wish } from './jobs/worker.ts';
import { isNetworkBasis, networkBasis } from './network/network-basis.ts';
import type { NetworkHost } from './network/network-host.ts';
import { planNetwork } from './network/plan-network.ts';
import { see } from './probes/see.ts';
import type { PveFailure } from './proxmox/failure.ts';
import type { Proxmox } from './proxmox/proxmox.ts';
import type { RecipeHost } from './recipes/host.ts';
import { hostBasisNow, isHostBasis } from './recipes/host-basis.ts';
import { planRecipe } from './recipes/plan-recipe.ts';
import { standingsOf } from './recipes/standing.ts';
import { nodeScripts } from './scripts/node-scripts.ts';
import { planScriptChange } from './scripts/plan-change.ts';
import { isScriptBasis, scriptBasisNow } from './scripts/script-basis.ts';
import type { ScriptHost } from './scripts/script-host.ts';

/** What a worker looks with. `now` in ms. */
export type EyesParts = {
  readonly site: SiteId;
  readonly node: NodeName;
  readonly simulated: boolean;
  readonly proxmox: Proxmox;
  readonly host: RecipeHost;
  /** Null = the network is not that of this machine. */
  readonly network: NetworkHost | null;
  readonly recipes: ReadonlyMap<string, Recipe>;
  readonly scripts: ScriptHost;
  readonly now: () => number;
  /** Hears why the site cannot be looked at; null when it can. */
  readonly blind: (failure: PveFailure | null) => void;
  readonly sleep: (ms: number) => Promise<unknown>;
};

const RecipeParams = z.object({ recipe: RecipeId });

const recipeDraft = async (
  { node, host, recipes }: EyesParts,
  { target, params }: Wish,
): Promise<Result<Draft, WorkerRefusal>> => {
  const { recipe: id } = RecipeParams.parse(params);
  const recipe = recipes.get(id);
  if (!recipe) return no({ no: 'unknown-recipe', recipe: id, known: [...recipes.keys()] });
  if (target.kind !== 'node' || target.node !== node)
    return no({ no: 'recipe-not-for-this-host', recipe: id, why: `the worker of ${node}` });
  return planRecipe(host, recipe, node);
};

const networkDraft = async (
  { site, node, network }: EyesParts,
  { target, change }: Wish,
): Promise<Result<Draft, WorkerRefusal>> => {
  if (!network || target.kind !== 'node' || target.node !== node) return no(notHere({ site, node }, target));
  return planNetwork(network, { node, change });
};

const scriptDraft = async (
  { site, node, scripts }: EyesParts,
  { target, change, params }: Wish,
): Promise<Result<Draft, WorkerRefusal>> => {
  if (target.kind !== 'node' || target.node !== node) return no(notHere({ site, node }, target));
  return planScriptChange(scripts, { node, change, args: ACTIONS['host.script'].args.parse(params) });
};

/** Files and apt by looking at the host, everything else by asking Proxmox, and only when there is something to ask. */
const basisNow = async (
  { proxmox, host, scripts }: EyesParts,
  plan: Plan,
): Promise<Result<readonly Basis[], WorkerRefusal>> => {
  const isElsewhere = (one: Basis): boolean => isHostBasis(one) || isNetworkBasis(one) || isScriptBasis(one);
  const basis = plan.basis.filter((one) => !isElsewhere(one));
  const ofNetwork = plan.basis.some(isNetworkBasis) ? networkBasis(host) : [];
  const ofScripts = scriptBasisNow(scripts, plan.basis);
  const site = basis.length > 0 ? await readBasis(proxmox, { target: plan.target, basis }) : ok([]);
  return site.ok
    ? ok([...site.value, ...(await hostBasisNow(host, plan.basis)), ...ofNetwork, ...ofScripts])
    : site;
};

/** How often a probe that did not see it yet looks again (ms). */
const EVERY = 250;

/** So long what was seen of all recipes is told again (ms): whoever asks twice costs the host one look. */
const FRESH = 10_000;

const surveyed = ({ host, recipes, now }: EyesParts): Eyes['standings'] => {
  let last: Standings | undefined;
  return async () => {
    if (!last || now() - last.at > FRESH)
      last = { standings: [...(await standingsOf(host, [...recipes.values()], now))], at: now() };
    return last;
  };
};

/** What a worker of one node can find out. */
export const openEyes = (parts: EyesParts): Eyes => {
  const { site, node, simulated, proxmox, host, network, scripts, now, sleep, blind } = parts;
  let previous: Inventory | undefined;
  const context = { proxmox, root: host.root, network, changes: scripts.places, now };
  return {
    planAction: async (wish) => {
      const { action } = wish;
      if (action === 'host.recipe') return recipeDraft(parts, wish);
      if (action === 'host.script') return scriptDraft(parts, wish);
      if (action === 'network.apply') return networkDraft(parts, wish);
      if (!isPlanned(action)) throw new RangeError(`${action} is not planned by looking`);
      return planAction({ proxmox, now }, { ...wish, action });
    },
    basisNow: (plan) => basisNow(parts, plan),
    see: ({ target }, probes, within) => see(context, { target, probes }, { within, every: EVERY, sleep }),
    inventory: async () => {
      const before = previous ? { previous } : {};
      const seen = await readInventory(proxmox, { site, simulated, now, blind, ...before });
      previous = { ...seen, scripts: [nodeScripts(node, scripts.catalogue)] };
      return previous;
    },
    standings: surveyed(parts),
  };
};
