import type { Access, AclEntry, Pool, World } from './world.ts';

/** Who calls. `tokenid` is the full id `user@realm!name`; absent after a login with a password. */
export type Identity = { readonly userid: string; readonly tokenid?: string };

/** A privilege to 1 when it propagates below the path, 0 when it holds at the path alone. */
export type Privileges = Record<string, number>;

type Roles = Map<string, boolean>;

const prefixes = (path: string): string[] => {
  const parts = path.split('/').filter((part) => part !== '');
  return ['/', ...parts.map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)];
};

const groupsOf = (access: Access, userid: string): Set<string> =>
  new Set(
    [...access.groups.values()].filter((group) => group.users.has(userid)).map((group) => group.groupid),
  );

const rolesOf = (entries: readonly AclEntry[]): Roles => {
  const roles: Roles = new Map(entries.map((entry) => [entry.roleid, entry.propagate]));
  return roles.has('NoAccess') ? new Map([['NoAccess', roles.get('NoAccess') ?? false]]) : roles;
};

/** A role at a deeper path replaces what was inherited, and a user's own entry beats those of the groups. */
const rolesAt = (access: Access, who: { kind: 'user' | 'token'; ugid: string }, path: string): Roles => {
  const groups = who.kind === 'user' ? groupsOf(access, who.ugid) : new Set<string>();
  let roles: Roles = new Map();
  for (const level of prefixes(path)) {
    const here = access.acl.filter((entry) => entry.path === level && (level === path || entry.propagate));
    const own = here.filter((entry) => entry.kind === who.kind && entry.ugid === who.ugid);
    const viaGroup = here.filter((entry) => entry.kind === 'group' && groups.has(entry.ugid));
    const found = own.length > 0 ? own : viaGroup;
    if (found.length > 0) roles = rolesOf(found);
  }
  return roles;
};

const poolOf = (world: World, path: string): Pool | undefined => {
  const [, kind, id] = path.match(/^\/(vms|storage)\/([^/]+)$/) ?? [];
  if (kind === undefined || id === undefined) return undefined;
  return [...world.pools.values()].find((pool) =>
    kind === 'vms' ? pool.vmids.has(Number(id)) : pool.storages.has(id),
  );
};

/** Roles on a pool are added to those of its members, without propagating; NoAccess on either side wins. */
const withPool = (world: World, who: { kind: 'user' | 'token'; ugid: string }, path: string): Roles => {
  const direct = rolesAt(world.access, who, path);
  const pool = poolOf(world, path);
  if (pool === undefined || direct.has('NoAccess')) return direct;
  const viaPool = rolesAt(world.access, who, `/pool/${pool.id}`);
  if (viaPool.has('NoAccess')) return viaPool;
  return new Map([...[...viaPool.keys()].map((role) => [role, false] as const), ...direct]);
};

const privilegesOf = (access: Access, roles: Roles): Privileges => {
  const privileges: Privileges = {};
  for (const [roleid, propagate] of roles)
    for (const priv of access.roles.get(roleid)?.privs ?? [])
      privileges[priv] = Math.max(privileges[priv] ?? 0, Number(propagate));
  return privileges;
};

const ownPrivileges = (
  world: World,
  who: { kind: 'user' | 'token'; ugid: string },
  path: string,
): Privileges => privilegesOf(world.access, withPool(world, who, path));

const userPrivileges = (world: World, userid: string, path: string): Privileges =>
  userid === 'root@pam'
    ? privilegesOf(world.access, new Map([['Administrator', true]]))
    : ownPrivileges(world, { kind: 'user', ugid: userid }, path);

const intersection = (one: Privileges, other: Privileges): Privileges =>
  Object.fromEntries(
    Object.entries(one)
      .filter(([priv]) => priv in other)
      .map(([priv, propagate]) => [priv, Math.min(propagate, other[priv] ?? 0)]),
  );

/**
 * What `who` may do at `path`: a token with privilege separation has the intersection of its own rights and
 * its user's (`PVE/RPCEnvironment.pm`, sub permissions; observed in pve/README.md 7.5).
 */
export const privilegesAt = (world: World, who: Identity, path: string): Privileges => {
  const token = who.tokenid === undefined ? undefined : world.access.tokens.get(who.tokenid);
  const ofUser = userPrivileges(world, who.userid, path);
  if (token === undefined || !token.privsep) return ofUser;
  const ofToken = ownPrivileges(world, { kind: 'token', ugid: `${token.userid}!${token.tokenid}` }, path);
  return who.userid === 'root@pam' ? ofToken : intersection(ofToken, ofUser);
};

/** Whether `who` holds at least one of `privs` at `path`. */
export const mayAny = (
  world: World,
  who: Identity,
  need: { path: string; privs: readonly string[] },
): boolean => {
  const held = privilegesAt(world, who, need.path);
  return need.privs.some((priv) => priv in held);
};
