import { randomUUID } from 'node:crypto';
import { addToken, buildGuest } from '#worker/simulator/build-world';
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

const last = (line: Line): string => line.path.split('/').at(-1) ?? '';

const changeRole = (world: World, line: Line): void => {
  const roleid = last(line);
  const before = text(line, 'append') === '1' ? (world.access.roles.get(roleid)?.privs ?? []) : [];
  const privs = [...before, ...(text(line, 'privs') ?? '').split(/[ ,]+/)];
  world.access.roles.set(roleid, { roleid, special: false, privs });
};

/** A user takes its tokens and entries with it. */
const removeAccess = (world: World, line: Line): void => {
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
  const { parent: _parent, lock: _lock, ...conf } = source.conf;
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
  const archived = world.guests.get(Number(text(line, 'archive')?.match(/vzdump-qemu-(\d+)-/)?.[1]));
  const made = { boot: 'order=scsi0', smbios1: 'uuid=0', vmgenid: '0', meta: 'creation-qemu=9.2.0' };
  const disk = { scsi0: `local:${vmid}/vm-${vmid}-disk-0.raw,size=1G`, ...made };
  if (archived !== undefined && !world.guests.has(vmid))
    world.guests.set(
      vmid,
      buildGuest(
        'qemu',
        { vmid, node: 'pve1' },
        { conf: { ...archived.conf, scsi0: disk.scsi0 }, obeys: false },
      ),
    );
  if (archived !== undefined) return;
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
  [/^PUT \/access\/roles\/[^/]+$/, changeRole],
  [/^DELETE \/access\/(users|groups|roles)\/[^/]+(\/token\/[^/]+)?$/, removeAccess],
  [
    /^DELETE \/cluster\/backup\/[^/]+$/,
    (world, line) => void world.jobs.delete(line.path.split('/').at(-1) ?? ''),
  ],
];

/** A snapshot that the snapshot story made, and one that a failed backup removed. */
const afterEarlierStories = (world: World): void => {
  const vm = world.guests.get(102);
  const ct = world.guests.get(201);
  if (vm === undefined || ct === undefined) throw new Error('the rig has 102 and 201');
  vm.snapshots.push({
    name: 'vzdump',
    conf: { ...vm.conf },
    snaptime: 1_795_466_323,
    withRam: false,
    parent: 'nov',
  });
  ct.snapshots = ct.snapshots.filter((snapshot) => snapshot.name !== 'vzdump');
  ct.conf.parent = 'pre';
};

/** The access story was recorded between two sittings of the config story. */
const midConfigStory = (world: World): void => {
  const vm = world.guests.get(100);
  if (vm === undefined) throw new Error('the rig has 100');
  const disks = {
    scsi0: 'local:100/vm-100-disk-0.raw,size=1152M',
    scsi5: 'local:100/vm-100-disk-1.raw,size=999G',
  };
  vm.conf = { ...vm.conf, ...disks, tags: 'prod;web', description: 'hello' };
  delete vm.conf.memory;
};

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
  config: {
    1: afterEarlierStories,
    360: (world) => setLock(world, 160, 'backup'),
    365: (world) => setLock(world, 160, undefined),
  },
  access: {
    1: (world) => {
      world.access.users.set('cas@nosuch', { userid: 'cas@nosuch', enable: true, expire: 0 });
      midConfigStory(world);
    },
    178: (world) => void world.access.tokens.delete('cas@pve!short'),
  },
};
