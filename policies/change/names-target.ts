import { shortName, type Target } from '../target.ts';

/** Is this what people call the target: a guest's number or name, a node's name? `name` is the plan's. */
export const namesTarget = (typed: string, target: Target, name: string): boolean =>
  typed === name || typed === shortName(target);
