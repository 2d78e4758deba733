import type { AccessEffect, AccessEntry } from '#policies/access-effect';
import type { ApiCall } from '#policies/effect';
import type { Need } from './privileges.ts';

type Of<K extends AccessEntry['of']> = Extract<AccessEntry, { of: K }>;

const del = (path: string): ApiCall => ({ method: 'DELETE', path, params: {} });

const line = ({ path, role, to, propagate }: Of<'acl'>): ApiCall['params'] => ({
  path,
  roles: role,
  ...('group' in to ? { groups: to.group } : { users: to.user }),
  propagate: propagate ? '1' : '0',
});

type Calls = {
  readonly [K in AccessEntry['of']]: Readonly<Record<AccessEffect['way'], (entry: Of<K>) => ApiCall>>;
};

/** https://pve.proxmox.com/pve-docs/api-viewer/#/access */
const CALLS: Calls = {
  role: {
    add: ({ role: roleid, privileges }) => ({
      method: 'POST',
      path: '/access/roles',
      params: { roleid, privs: privileges.join(',') },
    }),
    remove: ({ role }) => del(`/access/roles/${role}`),
  },
  group: {
    add: ({ group: groupid, comment }) => ({
      method: 'POST',
      path: '/access/groups',
      params: { groupid, comment },
    }),
    remove: ({ group }) => del(`/access/groups/${group}`),
  },
  user: {
    add: ({ user: userid, groups, comment }) => ({
      method: 'POST',
      path: '/access/users',
      params: { userid, comment, ...(groups.length === 0 ? {} : { groups: groups.join(',') }) },
    }),
    remove: ({ user }) => del(`/access/users/${user}`),
  },
  acl: {
    add: (entry) => ({ method: 'PUT', path: '/access/acl', params: line(entry) }),
    remove: (entry) => ({ method: 'PUT', path: '/access/acl', params: { ...line(entry), delete: '1' } }),
  },
};

/** The one request that adds or removes an entry. */
export const accessCall = ({ entry, way }: Pick<AccessEffect, 'entry' | 'way'>): ApiCall =>
  // The row picked by what an entry is of takes exactly that entry.
  (CALLS[entry.of][way] as (entry: AccessEntry) => ApiCall)(entry);

/** What the request takes of the actor (`permissions` in Proxmox's API schema). */
export const accessNeeds = (entry: AccessEntry): readonly Need[] => {
  switch (entry.of) {
    case 'role':
      return [{ path: '/access', anyOf: ['Sys.Modify'] }];
    case 'group':
      return [{ path: '/access/groups', anyOf: ['Group.Allocate'] }];
    case 'user':
      return [
        { path: `/access/realm/${entry.user.split('@')[1]}`, anyOf: ['Realm.AllocateUser'] },
        { path: '/access/groups', anyOf: ['User.Modify'] },
      ];
    case 'acl':
      return [{ path: entry.path, anyOf: ['Permissions.Modify'] }];
  }
};
