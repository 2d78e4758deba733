import { type AccessEntry, entryName, holderOf, OVER_ACCESS } from '#policies/access-effect';
import type { Check } from '#policies/check';
import type { Access } from '../proxmox/access-reads.ts';
import { accessStanding, standingText } from '../proxmox/access-standing.ts';
import type { AccessHost } from './host.ts';

const stop = (key: string, why: string): Check => ({
  check: 'host-setting',
  state: 'stop',
  facts: { key, why },
});

/** Quorate's own users: nobody gives or takes rights of theirs here, not even through a group. */
const isOwn = ({ own }: AccessHost, { groups }: Access, entry: AccessEntry): boolean => {
  if (entry.of === 'user') return own.includes(entry.user);
  if (entry.of !== 'acl') return false;
  if ('user' in entry.to) return own.includes(entry.to.user);
  const { group } = entry.to;
  return groups.find(({ groupid }) => groupid === group)?.users.some((user) => own.includes(user)) ?? false;
};

/** Roles, groups and users that an entry names and that neither are there nor come before it. */
const unknownIn = (
  { roles, groups, users }: Access,
  entry: AccessEntry,
  before: ReadonlySet<string>,
): readonly string[] => {
  const there = new Set([
    ...before,
    ...roles.map(({ roleid }) => `role ${roleid}`),
    ...groups.map(({ groupid }) => `group ${groupid}`),
    ...users.map(({ userid }) => `user ${userid}`),
  ]);
  const named =
    entry.of === 'acl'
      ? [`role ${entry.role}`, `${'group' in entry.to ? 'group' : 'user'} ${holderOf(entry.to)}`]
      : entry.of === 'user'
        ? entry.groups.map((group) => `group ${group}`)
        : [];
  return named.filter((name) => !there.has(name));
};

/** The privileges of a role, as it is or as one of the entries makes it. */
const privilegesOf = (access: Access, entries: readonly AccessEntry[], role: string): readonly string[] =>
  access.roles.find(({ roleid }) => roleid === role)?.privs ??
  entries.flatMap((entry) => (entry.of === 'role' && entry.role === role ? entry.privileges : []));

/** Roles that whoever an entry is for has by it: that of a line, or those of the groups of a new user. */
const rolesBy = ({ acl }: Access, entry: AccessEntry): readonly string[] => {
  if (entry.of === 'acl') return [entry.role];
  if (entry.of !== 'user') return [];
  return acl
    .filter(({ type, ugid }) => type === 'group' && entry.groups.includes(ugid))
    .map(({ roleid }) => roleid);
};

/** A privilege by which whoever an entry is for could change who may do what. */
const overAccess = (
  access: Access,
  entries: readonly AccessEntry[],
  entry: AccessEntry,
): string | undefined =>
  rolesBy(access, entry)
    .flatMap((role) => privilegesOf(access, entries, role))
    .find((privilege) => OVER_ACCESS.includes(privilege));

/** Who is in the group that a line is for. */
export const membersOf = ({ groups }: Access, entry: AccessEntry): readonly string[] =>
  entry.of === 'acl' && 'group' in entry.to
    ? (groups.find(({ groupid }) => 'group' in entry.to && groupid === entry.to.group)?.users ?? [])
    : [];

/** People who have a right as soon as it is there, of the entries that are not. */
export const warningsOf = (access: Access, entries: readonly AccessEntry[]): Check[] =>
  entries.flatMap((entry): Check[] => {
    const members = membersOf(access, entry);
    if (members.length === 0 || accessStanding(access, entry).stands !== 'absent') return [];
    return [
      {
        check: 'host-setting',
        state: 'warn',
        facts: { key: entryName(entry), why: `at once for ${members.join(', ')}` },
      },
    ];
  });

/** Why these entries cannot be had: they are of Quorate itself, give power over access, name what is not there, or stand otherwise. */
export const stopsOf = (host: AccessHost, access: Access, entries: readonly AccessEntry[]): Check[] =>
  entries.flatMap((entry, at): Check[] => {
    const name = entryName(entry);
    if (isOwn(host, access, entry)) return [stop(name, 'of a user of Quorate')];
    const over = overAccess(access, entries, entry);
    if (over !== undefined) return [stop(name, `with ${over} who may do what could be changed`)];
    const before = new Set(entries.slice(0, at).map(entryName));
    const unknown = unknownIn(access, entry, before);
    if (unknown.length > 0) return unknown.map((one) => stop(name, `${one} is not there`));
    const standing = accessStanding(access, entry);
    return standing.stands === 'other' ? [stop(name, standingText(standing))] : [];
  });
