import { atLeast, type Person } from './person.ts';
import { isNarrower } from './scope.ts';

/** May this person do everything there is, now? */
export const isAdmin = ({ role, disabled, scope }: Person): boolean =>
  role === 'admin' && !disabled && scope === 'everything';

/** Would there be no admin left if one of these people became `after`, although there is one now? */
export const isLastAdmin = (after: Person, people: readonly Person[]): boolean =>
  people.some(isAdmin) && !isAdmin(after) && !people.some((one) => one.id !== after.id && isAdmin(one));

/** May this person do anything afterwards that they may not do before? `before` is undefined for somebody new. */
export const grantsMore = (before: Person | undefined, after: Person): boolean => {
  if (after.disabled) return false;
  if (before === undefined || before.disabled) return true;
  return !atLeast(before.role, after.role) || !isNarrower(after.scope, before.scope);
};
