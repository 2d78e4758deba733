import { z } from 'zod';
import { ok, type Result } from '#policies/result';
import type { PveFailure } from './failure.ts';
import type { Read } from './read.ts';
import { flag } from './scalars.ts';

const words = (text: string | undefined): string[] => (text ?? '').split(',').filter((word) => word !== '');
const list = z.string().optional().transform(words);

const Roles = z.array(z.looseObject({ roleid: z.string(), privs: list }));
const Groups = z.array(z.looseObject({ groupid: z.string(), users: list, comment: z.string().default('') }));
const Users = z.array(
  z.looseObject({
    userid: z.string(),
    groups: list,
    tokens: z.array(z.unknown()).nullish(),
    comment: z.string().default(''),
  }),
);
const Acl = z.array(
  z.looseObject({
    path: z.string(),
    roleid: z.string(),
    type: z.enum(['user', 'group', 'token']),
    ugid: z.string(),
    propagate: flag.default(true),
  }),
);

/** Who may do what, as far as the reader sees it: with Sys.Audit on / all of it. */
export type Access = {
  readonly roles: z.infer<typeof Roles>;
  readonly groups: z.infer<typeof Groups>;
  readonly users: z.infer<typeof Users>;
  readonly acl: z.infer<typeof Acl>;
};

/** Proxmox's access control, read whole: four requests. */
export const accessReads = (read: Read) => ({
  access: async (): Promise<Result<Access, PveFailure>> => {
    const [roles, groups, users, acl] = await Promise.all([
      read('/access/roles', Roles),
      read('/access/groups', Groups),
      read('/access/users', Users, { full: 1 }),
      read('/access/acl', Acl),
    ]);
    if (!roles.ok) return roles;
    if (!groups.ok) return groups;
    if (!users.ok) return users;
    return acl.ok
      ? ok({ roles: roles.value, groups: groups.value, users: users.value, acl: acl.value })
      : acl;
  },
});
