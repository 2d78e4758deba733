import { ACTIONS } from '../actions.ts';
import type { Plan } from '../plan.ts';
import type { Subsystem } from '../subsystem.ts';
import type { Recipe } from './recipe.ts';

/** The part of a host that a plan changes: its recipe's, or its action's; null where it is of none that is known here. */
export const subsystemOf = (
  { action, params }: Pick<Plan, 'action' | 'params'>,
  recipes: ReadonlyMap<string, Pick<Recipe, 'subsystem'>>,
): Subsystem | null => {
  if (action !== 'host.recipe') return ACTIONS[action].subsystem ?? null;
  const { recipe } = params;
  return typeof recipe === 'string' ? (recipes.get(recipe)?.subsystem ?? null) : null;
};
