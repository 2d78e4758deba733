import { z } from 'zod';
import { PersonId } from './ids.ts';
import { Scope } from './scope.ts';

/** What a person may do at most, weakest first. */
export const ROLES = ['viewer', 'operator', 'admin'] as const;
/** Reads a role; unknown words are refused, never taken for the weakest. */
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/** True when `role` is `least` or stronger. */
export const atLeast = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/**
 * One chat account by its immutable id. `tenant` is the workspace or guild where ids are only unique inside one
 * (reference: chat.md 3.5); names and e-mail addresses are never part of it.
 */
export const Account = z.object({ platform: z.string().min(1), tenant: z.string(), id: z.string().min(1) });
export type Account = z.infer<typeof Account>;

/** The account as one text, for keys and the audit: `platform:tenant:id`. */
export const accountKey = (account: Account): string => `${account.platform}:${account.tenant}:${account.id}`;

/** Reads {@link accountKey} back. Neither platforms nor tenants have a colon; throws for a text that no account wrote. */
export const accountOfKey = (key: string): Account => {
  const [platform, tenant, ...id] = key.split(':');
  return Account.parse({ platform, tenant, id: id.join(':') });
};

/**
 * A human being. Votes are counted over people, however many accounts they have. Somebody who is described without a scope is
 * bound to nothing, as everybody was before there were scopes.
 */
export const Person = z.object({
  id: PersonId,
  name: z.string().min(1).max(64),
  role: Role,
  groups: z.array(z.string()),
  scope: Scope.default('everything'),
  locale: z.string(),
  disabled: z.boolean(),
});
export type Person = z.infer<typeof Person>;
