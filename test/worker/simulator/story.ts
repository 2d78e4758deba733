import { randomUUID } from 'node:crypto';
import { addToken, buildGuest } from '#worker/simulator/build-world';
import { withPending } from '#worker/simulator/guest';
import { setLock } from '#worker/simulator/touch';
import type { AclEntry, World } from '#worker/simulator/world';

/** One line of a recording; see the README beside the recordings. */
export type Line = {
  readonly seq: number;
  readonly at_ms: number;
  readonly token: string;
  readonly method: string;
  readonly path: string;
  readonly body: Readonly<Record<string, string | readonly string[]>> | null;
  readonly status: number;
  readonly reason: string;
  readonly response: unknown;
};

export const STORIES = ['inventory', 'power', 'snapshot', 'backup', 'config', 'access'] as const;
export type StoryName = (typeof STORIES)[number];

/** Epoch milliseconds of each story's first line, from the start times in its UPIDs. */
export const STORY_START: Record<StoryName, number> = {
  inventory: 1_795_465_900_000,
  power: 1_795_466_180_975,
  snapshot: 1_795_466_321_975,
  backup: 1_795_466_452_859,
  config: 1_795_466_578_868,
  access: 1_795_466_560_000,
};

const list = (value: string | undefined): string[] => (value ?? '').split(',').filter((item) => item !== '');

const text = (line: Line, key: string): string | undefined => {
  const value = line.body?.[key];
  return typeof value === 'string' ? value : undefined;
};

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

const changeAcl = (world: World, line: Line): void => {
  for (const entry of aclEntries(line)) {
    const { acl } = world.access;
    const kept = acl.filter((existing) => !sameEntry(existing, entry));
    acl.splice(0, acl.length, ...kept, ...(text(line, 'delete') === '1' ? [] : [entry]));
  }
};

const createToken = (world: World, line: Line): void => {
  const [, userid = '', tokenid = ''] = line.path.match(/users\/([^/]+)\/token\/([^/?]+)/) ?? [];
  const wish = { privsep: text(line, 'privsep') !== '0', expire: Number(text(line, 'expire') ?? 0) };
  addToken(world, `${userid}!${tokenid}`, { ...wish, secret: randomUUID() });
};

const createPool = (world: World, line: Line): void => {
  const id = text(line, 'poolid') ?? '';
  world.pools.set(id, { id, comment: text(line, 'comment') ?? '', vmids: new Set(), storages: new Set() });
};

const changePool = (world: World, line: Line): void => {
  const id = line.path.split('/').at(-1) ?? '';
  for (const vmid of list(text(line, 'vms')).map(Number)) {
    for (const pool of world.pools.values()) pool.vmids.delete(vmid);
    if (text(line, 'delete') !== '1') world.pools.get(id)?.vmids.add(vmid);
  }
};

const changeJob = (world: World, line: Line): void => {
  const id = text(line, 'id') ?? line.path.split('/').at(-1) ?? '';
  const { id: _, delete: gone, ...options } = line.body ?? {};
  const job = world.jobs.get(id) ?? { id, options: { enabled: '1' } };
  for (const [key, value] of Object.entries(options)) if (typeof value === 'string') job.options[key] = value;
  for (const key of list(typeof gone === 'string' ? gone : undefined)) delete job.options[key];
  world.jobs.set(id, job);
};

const createUser = (world: World, line: Line): void => {
  const userid = text(line, 'userid') ?? '';
  const comment = text(line, 'comment');
  const about = { email: text(line, 'email') ?? '', ...(comment === undefined ? {} : { comment }) };
  world.access.users.set(userid, { userid, enable: true, expire: 0, ...about });
  for (const group of list(text(line, 'groups'))) world.access.groups.get(group)?.users.add(userid);
};

const changeUser = (world: World, line: Line): void => {
  const user = world.access.users.get(line.path.split('/').at(-1) ?? '');
  if (user === undefined) return;
  if (text(line, 'enable') !== undefined) user.enable = text(line, 'enable') === '1';
  if (text(line, 'expire') !== undefined) user.expire = Number(text(line, 'expire'));
};

const createRole = (world: World, line: Line): void => {
  const roleid = text(line, 'roleid') ?? '';
  world.access.roles.set(roleid, {
    roleid,
    special: false,
    privs: (text(line, 'privs') ?? '').split(/[ ,]+/),
  });
};

const createGroup = (world: World, line: Line): void => {
  const groupid = text(line, 'groupid') ?? '';
  world.access.groups.set(groupid, { groupid, users: new Set() });
};

/** On the rig every backup of 201 failed, because of how it was built. */
const dropNewBackupsOf201 = (world: World): void => {
  const kept = world.backups.filter((backup) => backup.vmid !== 201 || backup.ctime < 1_795_466_000);
  world.backups.splice(0, world.backups.length, ...kept);
};

const clone = (world: World, line: Line): void => {
  const source = world.guests.get(Number(line.path.match(/\/(\d+)\/clone$/)?.[1]));
  const vmid = Number(text(line, 'newid'));
  if (source === undefined) return;
  const name = text(line, 'name') ?? text(line, 'hostname');
  const named = name === undefined ? {} : source.type === 'qemu' ? { name } : { hostname: name };
  const { parent: _parent, lock: _lock, ...conf } = withPending(source);
  const own = Object.entries({ ...conf, ...named }).map(([key, value]) => [
    key,
    value.replaceAll(String(source.vmid), String(vmid)),
  ]);
  const { node, type, obeys } = source;
  world.guests.set(vmid, buildGuest(type, { vmid, node }, { conf: Object.fromEntries(own), obeys }));
  world.pools.get(text(line, 'pool') ?? '')?.vmids.add(vmid);
};

const create = (world: World, line: Line): void => {
  const vmid = Number(text(line, 'vmid'));
  const { vmid: _vmid, pool, ...options } = line.body ?? {};
  const conf = Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
  const disk = { scsi0: `local:${vmid}/vm-${vmid}-disk-0.raw,size=1G`, boot: 'order=scsi0' };
  world.guests.set(
    vmid,
    buildGuest('qemu', { vmid, node: 'pve1' }, { conf: { ...conf, ...disk }, obeys: false }),
  );
  if (typeof pool === 'string') world.pools.get(pool)?.vmids.add(vmid);
};

/** Set-up calls that the simulator does not serve: when the recording answered 200 their effect is put into the world. */
export const APPLIED: readonly (readonly [RegExp, (world: World, line: Line) => void])[] = [
  [/^PUT \/access\/acl$/, changeAcl],
  [/^POST \/access\/roles$/, createRole],
  [/^POST \/access\/groups$/, createGroup],
  [/^POST \/access\/users$/, createUser],
  [/^PUT \/access\/users\/[^/]+$/, changeUser],
  [/^POST \/access\/users\/[^/]+\/token\/[^/]+$/, createToken],
  [/^POST \/pools$/, createPool],
  [/^PUT \/pools\/[^/]+$/, changePool],
  [/^DELETE \/pools\/[^/]+$/, (world, line) => void world.pools.delete(line.path.split('/').at(-1) ?? '')],
  [/^(POST|PUT) \/cluster\/backup(\/[^/]+)?$/, changeJob],
  [/^POST \/nodes\/pve1\/(qemu|lxc)\/\d+\/clone$/, clone],
  [/^POST \/nodes\/pve1\/qemu$/, create],
  [
    /^DELETE \/cluster\/backup\/[^/]+$/,
    (world, line) => void world.jobs.delete(line.path.split('/').at(-1) ?? ''),
  ],
];

/** What happened on the rig between two recorded lines, by hand or in another sitting. */
export const EVENTS: Partial<Record<StoryName, Record<number, (world: World) => void>>> = {
  power: {
    223: (world) => setLock(world, 100, 'backup'),
    240: (world) => setLock(world, 100, undefined),
    241: (world) => setLock(world, 200, 'backup'),
    246: (world) => setLock(world, 200, undefined),
    408: (world) => setLock(world, 102, 'migrate'),
    451: (world) => setLock(world, 102, undefined),
  },
  backup: {
    36: dropNewBackupsOf201,
    127: dropNewBackupsOf201,
    145: dropNewBackupsOf201,
  },
  access: {
    1: (world) =>
      void world.access.users.set('cas@nosuch', { userid: 'cas@nosuch', enable: true, expire: 0 }),
  },
};
