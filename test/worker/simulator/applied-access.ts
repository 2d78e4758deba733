import { randomUUID } from 'node:crypto';
import { addToken } from '#worker/simulator/build-world';
import type { AclEntry, World } from '#worker/simulator/world';
import { last, list, text } from './line-text.ts';
import type { Line } from './story.ts';

const aclEntries = (line: Line): AclEntry[] =>
  (['user', 'group', 'token'] as const).flatMap((kind) =>
    list(text(line, `${kind}s`)).flatMap((ugid) =>
      list(text(line, 'roles')).map((roleid) => ({
        path: text(line, 'path') ?? '/',
        kind,
        ugid,
        roleid,
        propagate: text(line, 'propagate') !== '0',
      })),
    ),
  );

const sameEntry = (one: AclEntry, other: AclEntry): boolean =>
  one.path === other.path && one.ugid === other.ugid && one.roleid === other.roleid;

export const changeAcl = (world: World, line: Line): void => {
  for (const entry of aclEntries(line)) {
    const { acl } = world.access;
    const kept = acl.filter((existing) => !sameEntry(existing, entry));
    acl.splice(0, acl.length, ...kept, ...(text(line, 'delete') === '1' ? [] : [entry]));
  }
};

export const createToken = (world: World, line: Line): void => {
  const [, userid = '', tokenid = ''] = line.path.match(/users\/([^/]+)\/token\/([^/?]+)/) ?? [];
  const wish = { privsep: text(line, 'privsep') !== '0', expire: Number(text(line, 'expire') ?? 0) };
  addToken(world, `${userid}!${tokenid}`, { ...wish, secret: randomUUID() });
};

export const createUser = (world: World, line: Line): void => {
  const userid = text(line, 'userid') ?? '';
  const comment = text(line, 'comment');
  const about = { email: text(line, 'email') ?? '', ...(comment === undefined ? {} : { comment }) };
  world.access.users.set(userid, { userid, enable: true, expire: 0, ...about });
  for (const group of list(text(line, 'groups'))) world.access.groups.get(group)?.users.add(userid);
};

export const changeUser = (world: World, line: Line): void => {
  const user = world.access.users.get(line.path.split('/').at(-1) ?? '');
  if (user === undefined) return;
  if (text(line, 'enable') !== undefined) user.enable = text(line, 'enable') === '1';
  if (text(line, 'expire') !== undefined) user.expire = Number(text(line, 'expire'));
};

export const createRole = (world: World, line: Line): void => {
  const roleid = text(line, 'roleid') ?? '';
  world.access.roles.set(roleid, {
    roleid,
    special: false,
    privs: (text(line, 'privs') ?? '').split(/[ ,]+/),
  });
};

export const changeRole = (world: World, line: Line): void => {
  const roleid = last(line);
  const before = text(line, 'append') === '1' ? (world.access.roles.get(roleid)?.privs ?? []) : [];
  const privs = [...before, ...(text(line, 'privs') ?? '').split(/[ ,]+/)];
  world.access.roles.set(roleid, { roleid, special: false, privs });
};

/** A user takes its tokens and entries with it. */
export const removeAccess = (world: World, line: Line): void => {
  const [, kind, id = '', token] =
    line.path.match(/access\/(users|groups|roles)\/([^/]+)(?:\/token\/([^/]+))?$/) ?? [];
  const { access } = world;
  const gone = token === undefined ? id : `${id}!${token}`;
  if (kind === 'roles') access.roles.delete(id);
  if (kind === 'groups') access.groups.delete(id);
  if (kind === 'users' && token === undefined) access.users.delete(id);
  if (kind === 'users')
    for (const key of access.tokens.keys())
      if (key === gone || key.startsWith(`${gone}!`)) access.tokens.delete(key);
  const kept = access.acl.filter(
    (entry) => entry.ugid !== gone && !entry.ugid.startsWith(`${gone}!`) && entry.roleid !== gone,
  );
  access.acl.splice(0, access.acl.length, ...kept);
};

export const createGroup = (world: World, line: Line): void => {
  const groupid = text(line, 'groupid') ?? '';
  world.access.groups.set(groupid, { groupid, users: new Set() });
};
