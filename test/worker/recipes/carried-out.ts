import assert from 'node:assert/strict';
import type { Effect } from '#policies/effect';
import { NodeName } from '#policies/ids';
import type { Probe, Seen } from '#policies/probe';
import { Recipe } from '#policies/recipes/recipe';
import { PVE1 } from '#test/worker/jobs/site';
import type { Draft } from '#worker/actions/action';
import type { Ended } from '#worker/effects/effect';
import { applyEffect, invertEffect } from '#worker/effects/table';
import { see } from '#worker/probes/see';
import type { RecipeHost } from '#worker/recipes/host';
import { planRecipe } from '#worker/recipes/plan-recipe';
import { aptConfig } from '#worker/shell/apt-config';

/** The node that recipes of these tests are for. */
export const NODE = NodeName.parse('pve1');

/** A recipe with just these sections. */
export const recipeWith = (sections: object): Recipe =>
  Recipe.parse({
    id: 'test',
    title: 'a test',
    subsystem: 'shell',
    for: { debian: ['bookworm', 'trixie'] },
    ...sections,
  });

/** The host below a root, as a worker that is root there has it. */
export const hostAt = (root: string): RecipeHost => ({
  root,
  owner: { uid: 0, gid: 0 },
  aptValue: (key) => aptConfig(root, key),
  access: null,
});

/** What probes of the host see, looking once. None of them asks Proxmox. */
export const look = (root: string, probes: readonly Probe[]): Promise<Seen[]> =>
  see(
    {
      root,
      now: () => 0,
      network: null,
      get proxmox(): never {
        throw new Error('there is no Proxmox to ask');
      },
    },
    { target: PVE1, probes },
    { within: 0, every: 1, sleep: async () => undefined },
  );

/** Carries out one effect below a root. */
export const applied = (root: string, effect: Effect): Promise<Ended> =>
  applyEffect({ host: { root }, api: null, network: null }, effect, () => undefined);

/** Carries out all of them in their order; each must be done. */
export const applyAll = async (root: string, effects: readonly Effect[]): Promise<void> => {
  for (const effect of effects) {
    const ended = await applied(root, effect);
    assert.equal(ended.did, 'done', JSON.stringify([effect, ended]));
  }
};

/** The way back from all of them, last first. */
export const inverses = (effects: readonly Effect[]): readonly Effect[] =>
  effects
    .map(invertEffect)
    .map((effect) => effect ?? assert.fail('no way back'))
    .reverse();

/** A recipe's plan, which there must be. */
export const planned = async (root: string, recipe: Recipe): Promise<Draft> => {
  const made = await planRecipe(hostAt(root), recipe, NODE);
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
};
