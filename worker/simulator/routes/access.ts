import { Failure, forbidden } from '../failure.ts';
import { type Identity, privilegesAt } from '../rights.ts';
import { type Answer, anyone, type Call, flag, holds, type Route, required } from '../route.ts';
import type { User } from '../world.ts';

const ROOTS = ['/', '/access', '/access/groups', '/nodes', '/pool', '/sdn', '/storage', '/vms'];

/** Every path with an entry of its own, and the members of every pool. */
const knownPaths = (call: Call): string[] => {
  const { access, pools } = call.cluster.world;
  const members = [...pools.values()].flatMap((pool) => [
    ...[...pool.vmids].map((vmid) => `/vms/${vmid}`),
    ...[...pool.storages].map((storage) => `/storage/${storage}`),
  ]);
  return [...new Set([...ROOTS, ...access.acl.map((entry) => entry.path), ...members])];
};

/** Whose rights are asked for: the caller's, or another's with Sys.Audit on /access. */
const subject = (call: Call): Identity => {
  const { userid } = call.parameters;
  if (userid === undefined) return call.who;
  const [user = ''] = userid.split('!');
  if (user !== call.who.userid && !holds(call, '/access', 'Sys.Audit')) throw forbidden('/access, Sys.Audit');
  return userid.includes('!') ? { userid: user, tokenid: userid } : { userid: user };
};

const permissions = (call: Call): Answer => {
  const who = subject(call);
  const { path } = call.parameters;
  const rows = (path === undefined ? knownPaths(call) : [path]).map(
    (at) => [at, privilegesAt(call.cluster.world, who, at)] as const,
  );
  const kept =
    path === undefined ? rows.filter(([, privileges]) => Object.keys(privileges).length > 0) : rows;
  return { data: Object.fromEntries(kept) };
};

const acl = (call: Call): Answer => ({
  data: call.cluster.world.access.acl
    .filter((entry) => holds(call, entry.path, 'Permissions.Modify') || holds(call, '/access', 'Sys.Audit'))
    .map(({ kind, propagate, ...entry }) => ({ ...entry, type: kind, propagate: Number(propagate) })),
});

const roles = (call: Call): Answer => ({
  data: [...call.cluster.world.access.roles.values()].map((role) => ({
    roleid: role.roleid,
    privs: [...role.privs].sort().join(','),
    special: Number(role.special),
  })),
});

const role = (call: Call): Answer => {
  const found = call.cluster.world.access.roles.get(required(call, 'roleid'));
  if (found === undefined) throw new Failure(`role '${required(call, 'roleid')}' does not exist`);
  return { data: Object.fromEntries(found.privs.map((priv) => [priv, 1])) };
};

const REALMS = new Set(['pam', 'pve']);

const tokensOf = (call: Call, userid: string) => {
  const own = [...call.cluster.world.access.tokens.values()].filter((token) => token.userid === userid);
  const rows = own.map(({ tokenid, privsep, expire, comment }) => ({
    tokenid,
    privsep: Number(privsep),
    expire,
    ...(comment === undefined ? {} : { comment }),
  }));
  return rows.length === 0 ? null : rows;
};

const groupsOf = (call: Call, userid: string): string =>
  [...call.cluster.world.access.groups.values()]
    .filter((group) => group.users.has(userid))
    .map((group) => group.groupid)
    .join(',');

const userRow = (call: Call, user: User) => {
  const realm = user.userid.split('@')[1] ?? '';
  return {
    userid: user.userid,
    enable: Number(user.enable),
    expire: user.expire,
    ...(REALMS.has(realm) ? { 'realm-type': realm } : {}),
    ...(user.comment === undefined ? {} : { comment: user.comment }),
    ...(user.email === undefined ? {} : { email: user.email }),
    ...(flag(call, 'full')
      ? { groups: groupsOf(call, user.userid), tokens: tokensOf(call, user.userid) }
      : {}),
  };
};

/** A token does not even see its own user without Sys.Audit or User.Modify. */
const seesUser = (call: Call, userid: string): boolean =>
  (userid === call.who.userid && call.who.tokenid === undefined) ||
  holds(call, '/access/groups', 'User.Modify|Sys.Audit');

const users = (call: Call): Answer => {
  const { enabled } = call.parameters;
  const rows = [...call.cluster.world.access.users.values()]
    .filter(
      (user) =>
        seesUser(call, user.userid) && (enabled === undefined || Number(user.enable) === Number(enabled)),
    )
    .map((user) => userRow(call, user));
  return { data: rows };
};

const groups = (call: Call): Answer => ({
  data: [...call.cluster.world.access.groups.values()]
    .filter(({ groupid }) => holds(call, `/access/groups/${groupid}`, 'User.Modify|Sys.Audit|Group.Allocate'))
    .map(({ groupid, comment, users }) => ({
      groupid,
      users: [...users].join(','),
      ...(comment === undefined ? {} : { comment }),
    })),
});

const domains = (): Answer => ({
  data: [
    { realm: 'pam', type: 'pam', comment: 'Linux PAM standard authentication' },
    { realm: 'pve', type: 'pve', comment: 'Proxmox VE authentication server' },
  ],
});

export const ACCESS_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/access/permissions', permission: anyone, handler: permissions },
  { method: 'GET', path: '/access/acl', permission: anyone, handler: acl },
  { method: 'GET', path: '/access/roles', permission: anyone, handler: roles },
  { method: 'GET', path: '/access/roles/{roleid}', permission: anyone, handler: role },
  { method: 'GET', path: '/access/users', permission: anyone, handler: users },
  { method: 'GET', path: '/access/groups', permission: anyone, handler: groups },
  { method: 'GET', path: '/access/domains', permission: anyone, handler: domains },
];
