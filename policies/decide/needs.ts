import type { Need } from '../change/vote.ts';
import { atLeast, ROLES, type Role } from '../person.ts';

const keyOf = (need: Need): string => ('role' in need ? `role ${need.role}` : `group ${need.group}`);

/** All needs together: those of the same kind by the larger count, in one order. */
export const together = (all: readonly Need[]): readonly Need[] => {
  const needs = new Map<string, Need>();
  for (const need of all) {
    const other = needs.get(keyOf(need));
    if (other === undefined || need.count > other.count) needs.set(keyOf(need), need);
  }
  return [...needs.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
};

/** How many people of at least this role some needs ask for by role. */
const countFrom = (needs: readonly Need[], least: Role): number =>
  needs.reduce((sum, need) => sum + ('role' in need && atLeast(need.role, least) ? need.count : 0), 0);

/**
 * Needs that fill those of both: one person stands for a place in each, so roles by the larger count from the strongest
 * down, and each group by the larger count.
 */
export const fillingBoth = (a: readonly Need[], b: readonly Need[]): readonly Need[] => {
  let stronger = 0;
  const roles = ROLES.toReversed().map((role): Need => {
    const count = Math.max(countFrom(a, role), countFrom(b, role)) - stronger;
    stronger += count;
    return { count, role };
  });
  return together([
    ...roles.filter(({ count }) => count > 0),
    ...[...a, ...b].filter((need) => 'group' in need),
  ]);
};
