import { type AccessEntry, entryName, holderOf } from '#policies/access-effect';
import type { Access } from './access-reads.ts';

/**
 * How an entry stands. `held`: what hangs on one that is there, so that taking it away would take more; null where nothing does.
 * `other`: there is one of that name, and it says something else.
 */
export type AccessStanding =
  | { readonly stands: 'absent' }
  | { readonly stands: 'there'; readonly held: string | null }
  | { readonly stands: 'other'; readonly is: string };

type Of<K extends AccessEntry['of']> = Extract<AccessEntry, { of: K }>;
type Row = Access['acl'][number];

const ABSENT: AccessStanding = { stands: 'absent' };
const sorted = (words: readonly string[]): string => words.toSorted().join(',');

const linesOf = (rows: readonly Row[]): string | null =>
  rows.length === 0 ? null : rows.map(({ path, ugid, roleid }) => `acl ${path} ${ugid} ${roleid}`).join('; ');

const role = ({ roles, acl }: Access, { role: id, privileges }: Of<'role'>): AccessStanding => {
  const found = roles.find(({ roleid }) => roleid === id);
  if (!found) return ABSENT;
  if (sorted(found.privs) !== sorted(privileges)) return { stands: 'other', is: sorted(found.privs) };
  return { stands: 'there', held: linesOf(acl.filter(({ roleid }) => roleid === id)) };
};

const group = ({ groups, acl }: Access, { group: id }: Of<'group'>): AccessStanding => {
  const found = groups.find(({ groupid }) => groupid === id);
  if (!found) return ABSENT;
  const members = found.users.length === 0 ? null : `members ${sorted(found.users)}`;
  return {
    stands: 'there',
    held: members ?? linesOf(acl.filter((row) => row.type === 'group' && row.ugid === id)),
  };
};

const user = ({ users, acl }: Access, { user: id, groups }: Of<'user'>): AccessStanding => {
  const found = users.find(({ userid }) => userid === id);
  if (!found) return ABSENT;
  if (sorted(found.groups) !== sorted(groups))
    return { stands: 'other', is: `in ${sorted(found.groups) || 'no group'}` };
  const tokens = found.tokens?.length ? 'tokens' : null;
  return {
    stands: 'there',
    held: tokens ?? linesOf(acl.filter((row) => row.type === 'user' && row.ugid === id)),
  };
};

const isLine =
  ({ path, role, to }: Of<'acl'>) =>
  (row: Row): boolean =>
    row.path === path &&
    row.roleid === role &&
    row.type === ('group' in to ? 'group' : 'user') &&
    row.ugid === holderOf(to);

const line = ({ acl }: Access, entry: Of<'acl'>): AccessStanding => {
  const found = acl.find(isLine(entry));
  if (!found) return ABSENT;
  if (found.propagate === entry.propagate) return { stands: 'there', held: null };
  return { stands: 'other', is: found.propagate ? 'and below' : 'there alone' };
};

/** How an entry stands in what was read. */
export const accessStanding = (access: Access, entry: AccessEntry): AccessStanding => {
  switch (entry.of) {
    case 'role':
      return role(access, entry);
    case 'group':
      return group(access, entry);
    case 'user':
      return user(access, entry);
    case 'acl':
      return line(access, entry);
  }
};

/** What would be read once these entries are gone. */
export const withoutEntries = (access: Access, entries: readonly AccessEntry[]): Access => {
  const names = new Set(entries.map(entryName));
  const lines = entries.filter((entry) => entry.of === 'acl').map(isLine);
  const users = access.users.filter(({ userid }) => !names.has(`user ${userid}`));
  const left = new Set(users.map(({ userid }) => userid));
  return {
    roles: access.roles.filter(({ roleid }) => !names.has(`role ${roleid}`)),
    users,
    groups: access.groups
      .filter(({ groupid }) => !names.has(`group ${groupid}`))
      .map((one) => ({ ...one, users: one.users.filter((id) => left.has(id)) })),
    acl: access.acl.filter((row) => !lines.some((is) => is(row))),
  };
};

/** How an entry stands, in one line that two looks can be compared by. */
export const standingText = (standing: AccessStanding): string =>
  standing.stands === 'there'
    ? `there${standing.held === null ? '' : `, with ${standing.held}`}`
    : standing.stands === 'other'
      ? `other: ${standing.is}`
      : 'absent';
