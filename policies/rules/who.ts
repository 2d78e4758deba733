import { z } from 'zod';
import type { DecisionRefusal } from '../decide/refusal.ts';
import { atLeast, type Person, Role } from '../person.ts';
import { GroupName } from './match.ts';

/** Who may: people of at least a role, or of a group. */
export const Who = z.union([z.strictObject({ role: Role }), z.strictObject({ group: GroupName })], {
  error: '{ role: operator } or { group: net }',
});
export type Who = z.infer<typeof Who>;

/** The no to somebody who is none of these people; null for one who is. */
export const isNot = (who: Who, { role, groups }: Person): DecisionRefusal | null => {
  if ('group' in who) return groups.includes(who.group) ? null : { no: 'not-in-group', group: who.group };
  return atLeast(role, who.role) ? null : { no: 'role-too-low', role, needs: who.role };
};
