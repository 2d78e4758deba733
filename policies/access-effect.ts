import { z } from 'zod';

/** Names as Proxmox takes them: https://pve.proxmox.com/pve-docs/chapter-pveum.html */
const Name = z.string().regex(/^[A-Za-z][A-Za-z0-9._-]{0,39}$/, 'a name such as operators');
const UserId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,39}@[A-Za-z][A-Za-z0-9._-]{1,31}$/, 'a user such as ada@pve');
const Comment = z.string().regex(/^[^\n:]{0,200}$/, 'one line without a colon');
const Privilege = z.string().regex(/^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+){1,2}$/, 'a privilege such as VM.Audit');
const AclPath = z
  .string()
  .regex(
    /^\/((access|mapping|nodes|pool|sdn|storage|vms)(\/\w[\w.-]*)*)?$/,
    'a path such as /vms/101 or /pool/web',
  );

/** With one of these somebody changes who may do what, and so goes round every vote. No recipe hands them out. */
export const OVER_ACCESS: readonly string[] = [
  'Permissions.Modify',
  'User.Modify',
  'Group.Allocate',
  'Realm.Allocate',
  'Realm.AllocateUser',
  'Sys.Modify',
];

/** One line of who may do what in Proxmox. A user has no password here: it is set by whoever it belongs to. */
export const AccessEntry = z.discriminatedUnion('of', [
  z.strictObject({ of: z.literal('role'), role: Name, privileges: z.array(Privilege).min(1).max(60) }),
  z.strictObject({ of: z.literal('group'), group: Name, comment: Comment }),
  z.strictObject({ of: z.literal('user'), user: UserId, groups: z.array(Name).max(20), comment: Comment }),
  z.strictObject({
    of: z.literal('acl'),
    path: AclPath,
    role: Name,
    to: z.union([z.strictObject({ group: Name }), z.strictObject({ user: UserId })]),
    propagate: z.boolean(),
  }),
]);
export type AccessEntry = z.infer<typeof AccessEntry>;

/** An entry that is added where there is none, or taken away exactly as it was added. */
export const AccessEffect = z.object({
  kind: z.literal('access'),
  way: z.enum(['add', 'remove']),
  entry: AccessEntry,
});
export type AccessEffect = z.infer<typeof AccessEffect>;

/** Whom an acl entry is for. */
export const holderOf = (to: Extract<AccessEntry, { of: 'acl' }>['to']): string =>
  'group' in to ? to.group : to.user;

/** What an entry is about, without what it says of it: "acl /vms operators Operator". */
export const entryName = (entry: AccessEntry): string => {
  switch (entry.of) {
    case 'role':
      return `role ${entry.role}`;
    case 'group':
      return `group ${entry.group}`;
    case 'user':
      return `user ${entry.user}`;
    case 'acl':
      return `acl ${entry.path} ${holderOf(entry.to)} ${entry.role}`;
  }
};
