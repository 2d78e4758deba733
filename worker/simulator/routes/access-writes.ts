import { needQuorum } from '../cluster.ts';
import { badParameters, Failure } from '../failure.ts';
import { type Answer, type Call, flag, need, type Permission, type Route, required } from '../route.ts';
import type { AclEntry } from '../world.ts';

/** A list as Proxmox takes it: commas, semicolons or blanks between the words (PVE::Tools, split_list). */
const listed = (text: string | undefined): string[] =>
  (text ?? '').split(/[\s,;]+/).filter((word) => word !== '');

const done: Answer = { data: null };

const accessOf = (call: Call) => call.cluster.world.access;

const createGroup = (call: Call): Answer => {
  const { groups } = accessOf(call);
  const groupid = required(call, 'groupid');
  if (groups.has(groupid)) throw new Failure(`create group failed: group '${groupid}' already exists`);
  const { comment } = call.parameters;
  groups.set(groupid, { groupid, ...(comment === undefined ? {} : { comment }), users: new Set() });
  return done;
};

/** What nobody is any more holds no rights: it leaves every line of the list. */
const dropAcl = (call: Call, gone: (entry: AclEntry) => boolean): void => {
  const { acl } = accessOf(call);
  for (let at = acl.length - 1; at >= 0; at -= 1) {
    const entry = acl[at];
    if (entry && gone(entry)) acl.splice(at, 1);
  }
};

const deleteGroup = (call: Call): Answer => {
  const groupid = required(call, 'groupid');
  if (!accessOf(call).groups.delete(groupid))
    throw new Failure(`delete group failed: group '${groupid}' does not exist`);
  dropAcl(call, (entry) => entry.kind === 'group' && entry.ugid === groupid);
  return done;
};

const createRole = (call: Call): Answer => {
  const { roles } = accessOf(call);
  const roleid = required(call, 'roleid');
  if (roles.has(roleid)) throw new Failure(`create role failed: role '${roleid}' already exists`);
  roles.set(roleid, { roleid, special: false, privs: listed(call.parameters['privs']) });
  return done;
};

const deleteRole = (call: Call): Answer => {
  const { roles } = accessOf(call);
  const roleid = required(call, 'roleid');
  if (roles.get(roleid)?.special) throw new Failure(`auto-generated role '${roleid}' cannot be deleted`);
  if (!roles.delete(roleid)) throw new Failure(`delete role failed: role '${roleid}' does not exist`);
  return done;
};

const createUser = (call: Call): Answer => {
  const { users, groups } = accessOf(call);
  const userid = required(call, 'userid');
  if (!/^[^\s:/]+@[A-Za-z][A-Za-z0-9.\-_]+$/.test(userid))
    throw new Failure(`value '${userid}' does not look like a valid user name`);
  if (users.has(userid)) throw new Failure(`create user failed: user '${userid}' already exists`);
  const { comment, email, enable = '1', expire = '0' } = call.parameters;
  const wanted = listed(call.parameters['groups']).map((id) => {
    const group = groups.get(id);
    if (!group) throw new Failure(`create user failed: no such group '${id}'`);
    return group;
  });
  for (const group of wanted) group.users.add(userid);
  const said = { ...(comment === undefined ? {} : { comment }), ...(email === undefined ? {} : { email }) };
  users.set(userid, { userid, enable: enable === '1', expire: Number(expire), ...said });
  return done;
};

const deleteUser = (call: Call): Answer => {
  const { users, groups, tokens } = accessOf(call);
  const userid = required(call, 'userid');
  if (!users.delete(userid)) throw new Failure(`no such user ('${userid}')`);
  for (const group of groups.values()) group.users.delete(userid);
  for (const [id, token] of tokens) if (token.userid === userid) tokens.delete(id);
  dropAcl(call, ({ kind, ugid }) => kind !== 'group' && ugid.split('!')[0] === userid);
  return done;
};

/** `PVE/AccessControl.pm`, sub check_path. */
const ACL_PATH = /^\/(?:|(?:access|mapping|nodes|pool|sdn|storage|vms)(?:\/\w[\w.-]*)*)$/;

/** Beside Permissions.Modify, what suffices below each root (`PVE/RPCEnvironment.pm`, sub check_perm_modify). */
const ALSO: { readonly [root: string]: string } = {
  vms: 'VM.Allocate',
  storage: 'Datastore.Allocate',
  pool: 'Pool.Allocate',
};

const mayModify: Permission = (call) => {
  const path = call.parameters['path'] ?? '/';
  const also = ALSO[path.split('/')[1] ?? ''];
  need(path, also === undefined ? 'Permissions.Modify' : `Permissions.Modify|${also}`)(call);
};

const failed = (why: string): Failure => new Failure(`ACL update failed: ${why}`);

/** Everybody that a call is about; throws for one that is not there. */
const named = (call: Call): { readonly kind: AclEntry['kind']; readonly ugid: string }[] => {
  const { users, groups, tokens } = accessOf(call);
  const asked = {
    group: listed(call.parameters['groups']),
    user: listed(call.parameters['users']),
    token: listed(call.parameters['tokens']),
  };
  for (const id of asked.group) if (!groups.has(id)) throw failed(`group '${id}' does not exist`);
  for (const id of asked.user) if (!users.has(id)) throw failed(`user '${id}' does not exist`);
  for (const id of asked.token)
    if (!tokens.has(id)) throw failed(`no such token '${id.split('!')[1]}' for user '${id.split('!')[0]}'`);
  const kinds = ['group', 'user', 'token'] as const;
  return kinds.flatMap((kind) => asked[kind].map((ugid) => ({ kind, ugid })));
};

const NOBODY = "either 'users', 'groups' or 'tokens' is required.";

const updateAcl = (call: Call): Answer => {
  const path = required(call, 'path');
  if (!ACL_PATH.test(path)) throw badParameters({ path: `invalid ACL path '${path}'` });
  if (['users', 'groups', 'tokens'].every((name) => call.parameters[name] === undefined))
    throw badParameters({ users: NOBODY, groups: NOBODY, tokens: NOBODY });
  const { roles, acl } = accessOf(call);
  const wanted = listed(call.parameters['roles']);
  for (const roleid of wanted) if (!roles.has(roleid)) throw failed(`role '${roleid}' does not exist`);
  const propagate = call.parameters['propagate'] !== '0';
  for (const roleid of wanted)
    for (const who of named(call)) {
      const line = { path, roleid, ...who };
      dropAcl(
        call,
        (entry) =>
          entry.path === path &&
          entry.roleid === roleid &&
          entry.kind === who.kind &&
          entry.ugid === who.ugid,
      );
      if (!flag(call, 'delete')) acl.push({ ...line, propagate });
    }
  return done;
};

const groupAllocate = need('/access/groups', 'Group.Allocate');
const sysModify = need('/access', 'Sys.Modify');

/** A right on the realm of the user, and on the groups. */
const mayAllocateUser: Permission = (call) => {
  const realm = (call.parameters['userid'] ?? '').split('@')[1] ?? '';
  need(`/access/realm/${realm}`, 'Realm.AllocateUser')(call);
  need('/access/groups', 'User.Modify')(call);
};

/** All of it is in /etc/pve/user.cfg, which cannot be written without a quorum. */
const quorate =
  (handler: Route['handler']): Route['handler'] =>
  (call) => {
    needQuorum(call.cluster);
    return handler(call);
  };

/** What changes who may do what. */
export const ACCESS_WRITES: readonly Route[] = [
  { method: 'POST', path: '/access/groups', permission: groupAllocate, handler: quorate(createGroup) },
  {
    method: 'DELETE',
    path: '/access/groups/{groupid}',
    permission: groupAllocate,
    handler: quorate(deleteGroup),
  },
  { method: 'POST', path: '/access/roles', permission: sysModify, handler: quorate(createRole) },
  { method: 'DELETE', path: '/access/roles/{roleid}', permission: sysModify, handler: quorate(deleteRole) },
  { method: 'POST', path: '/access/users', permission: mayAllocateUser, handler: quorate(createUser) },
  {
    method: 'DELETE',
    path: '/access/users/{userid}',
    permission: mayAllocateUser,
    handler: quorate(deleteUser),
  },
  { method: 'PUT', path: '/access/acl', permission: mayModify, handler: quorate(updateAcl) },
];
