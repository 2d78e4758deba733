import { type AccessEntry, entryName, holderOf, OVER_ACCESS } from '#policies/access-effect';
import type { Check } from '#policies/check';
import type { Basis } from '#policies/plan';
import type { Recipe } from '#policies/recipes/recipe';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import { orRefusal } from '../actions/refused.ts';
import { missingRight } from '../actions/site.ts';
import { accessNeeds } from '../proxmox/access-calls.ts';
import type { Access } from '../proxmox/access-reads.ts';
import { accessStanding, standingText } from '../proxmox/access-standing.ts';
import type { AccessHost, RecipeHost } from './host.ts';
import { type Planned, part } from './part.ts';

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

/** The privileges of a role, as it is or as an entry before it makes it. */
const privilegesOf = (access: Access, entries: readonly AccessEntry[], role: string): readonly string[] =>
  entries.find(
    (entry) =>
      entry.of === 'role' && entry.role === role && accessStanding(access, entry).stands === 'absent',
  )
    ? entries.flatMap((entry) => (entry.of === 'role' && entry.role === role ? entry.privileges : []))
    : (access.roles.find(({ roleid }) => roleid === role)?.privs ?? []);

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

const membersOf = ({ groups }: Access, entry: AccessEntry): readonly string[] =>
  entry.of === 'acl' && 'group' in entry.to
    ? (groups.find(({ groupid }) => 'group' in entry.to && groupid === entry.to.group)?.users ?? [])
    : [];

/** People who have a right as soon as it is there. */
const warningsOf = (access: Access, entries: readonly AccessEntry[]): Check[] =>
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

const stopsOf = (host: AccessHost, access: Access, entries: readonly AccessEntry[]): Check[] =>
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

/** Without these the reader is shown less than there is, and what it does not see would be taken for absent. */
const SEEN_BY: readonly (readonly [path: string, privilege: string])[] = [
  ['/access', 'Sys.Audit'],
  ['/access/groups', 'Sys.Audit'],
];

const blindness = async ({ proxmox }: AccessHost): Promise<WorkerRefusal | null> => {
  for (const [path, privilege] of SEEN_BY) {
    const rights = orRefusal(await proxmox.readerPermissions(path));
    if (!rights.ok) return rights.error;
    if (!(privilege in (rights.value[path] ?? {}))) return { no: 'forbidden-by-proxmox', path, privilege };
  }
  return null;
};

const read = async (host: AccessHost): Promise<Result<Access, WorkerRefusal>> => {
  const blind = await blindness(host);
  return blind ? no(blind) : orRefusal(await host.proxmox.access());
};

/** What a plan relies on of an entry: how it stands and what hangs on it; of a line also what its role is, and who is in its group. */
const reliedOn = (access: Access, entry: AccessEntry): string => {
  const stands = standingText(accessStanding(access, entry));
  if (entry.of !== 'acl') return stands;
  const privileges = access.roles.find(({ roleid }) => roleid === entry.role)?.privs ?? [];
  return `${stands}; role ${privileges.toSorted().join(' ')}; for ${membersOf(access, entry).toSorted().join(' ')}`;
};

const basisOf = (access: Access, entry: AccessEntry): Basis => ({
  of: `access ${JSON.stringify(entry)}`,
  value: reliedOn(access, entry),
});

/** How an entry stands now, by the name of its basis; undefined where nobody can say. */
export const accessNow = async ({ access }: RecipeHost, name: string): Promise<string | undefined> => {
  if (!access) return undefined;
  const now = await read(access);
  // Written by basisOf above.
  return now.ok ? reliedOn(now.value, JSON.parse(name) as AccessEntry) : undefined;
};

/** The entries that are not there yet. What is there is left as people made it, and what is there otherwise stops the plan. */
export const planAccess = async (
  { access: host }: RecipeHost,
  { id, access: entries }: Recipe,
): Promise<Planned> => {
  if (entries.length === 0) return ok(part({}));
  if (!host) return no({ no: 'recipe-not-for-this-host', recipe: id, why: 'no Proxmox to ask' });
  const now = await read(host);
  if (!now.ok) return now;
  const stops = stopsOf(host, now.value, entries);
  if (stops.length > 0) return no({ no: 'checks-failed', checks: stops });
  const missing = entries.filter((entry) => accessStanding(now.value, entry).stands === 'absent');
  const lacking = await missingRight(host.proxmox, missing.flatMap(accessNeeds));
  if (lacking) return no(lacking);
  return ok(
    part({
      effects: missing.map((entry) => ({ kind: 'access', way: 'add', entry })),
      basis: entries.map((entry) => basisOf(now.value, entry)),
      probes: entries.map((entry) => ({ probe: 'access', entry, want: true })),
      checks: warningsOf(now.value, missing),
    }),
  );
};
