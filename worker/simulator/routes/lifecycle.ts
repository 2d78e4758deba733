import { needQuorum, needWritable, storageOf } from '../cluster.ts';
import { confPath } from '../conf.ts';
import { checkDigest } from '../config-change.ts';
import { disksOf, formatSize, parseDisk, parseSize } from '../disk.ts';
import { badParameters, Failure } from '../failure.ts';
import { existing, guestAt, switchOff, switchOn, unlocked } from '../guest.ts';
import { type Answer, type Call, flag, need, type Route, required } from '../route.ts';
import { startTask, type Work } from '../tasks.ts';
import type { Guest, GuestType, Storage } from '../world.ts';

const guestOf = (call: Call, type: GuestType): Guest => existing(call.cluster, guestAt(call, type));

const begin = (call: Call, guest: Guest, type: string, work: Work): Answer => ({
  data: startTask(call.cluster, call.who, { node: guest.node, type, id: String(guest.vmid), work }),
});

const newSize = (now: number, wish: string): number =>
  wish.startsWith('+') ? now + parseSize(wish.slice(1)) : parseSize(wish);

/** The largest file of ext4. */
const FILE_LIMIT = 16 * 2 ** 40;

const refuseTooLarge = (volume: string, storage: Storage, bytes: number): void => {
  if (storage.plugin !== 'dir' || bytes <= FILE_LIMIT) return;
  const [, path = ''] = volume.split(':');
  const format = path.endsWith('.qcow2') ? 'qcow2' : 'raw';
  throw new Failure(
    `command '/usr/bin/qemu-img resize -f ${format} ${storage.path}/images/${path} ${bytes}' failed: exit code 1`,
  );
};

const grow = (call: Call, guest: Guest): void => {
  const key = required(call, 'disk');
  const value = guest.conf[key] ?? '';
  const disk = parseDisk(value);
  if (disk === undefined) throw new Failure(`disk '${key}' does not exist`);
  const bytes = newSize(disk.bytes, required(call, 'size'));
  if (bytes < disk.bytes) throw new Failure('shrinking disks is not supported');
  refuseTooLarge(disk.volume, storageOf(call.cluster, disk.storage), bytes);
  needWritable(call.cluster, confPath(guest.node, guest.type, guest.vmid));
  guest.conf[key] = `${value.replace(/,size=[^,]*/, '')},size=${formatSize(bytes)}`;
};

const resize =
  (type: GuestType) =>
  (call: Call): Answer => {
    const guest = guestOf(call, type);
    return begin(call, guest, 'resize', {
      takes: 400,
      begin: () => {
        checkDigest(guest, call.parameters.digest);
        unlocked(guest);
      },
      complete: () => grow(call, guest),
    });
  };

const othersOnly = (call: Call): string => {
  const target = required(call, 'target');
  if (target === required(call, 'node')) throw badParameters({ target: 'target is local node.' });
  if (!call.cluster.world.nodes.has(target)) throw new Failure(`no such cluster node '${target}'`);
  return target;
};

const localDisks = (call: Call, guest: Guest) =>
  disksOf(guest.conf).filter((disk) => call.cluster.world.storages.get(disk.storage)?.shared !== true);

const preconditions = (call: Call): Answer => {
  const guest = guestOf(call, 'qemu');
  const others = [...call.cluster.world.nodes.keys()].filter((node) => node !== guest.node);
  const missingOn = (node: string): string[] =>
    disksOf(guest.conf)
      .map((disk) => disk.storage)
      .filter((id) => call.cluster.world.storages.get(id)?.inactiveOn.includes(node) === true);
  const refused = others.filter((node) => missingOn(node).length > 0);
  const data = {
    running: Number(guest.power.on),
    allowed_nodes: others.filter((node) => !refused.includes(node)),
    not_allowed_nodes: Object.fromEntries(
      refused.map((node) => [node, { unavailable_storages: missingOn(node) }]),
    ),
    local_disks: localDisks(call, guest).map(({ volume, bytes }) => ({
      volid: volume,
      size: bytes,
      cdrom: 0,
      is_unused: 0,
    })),
    local_resources: [],
    'mapped-resources': [],
    'mapped-resource-info': {},
  };
  return { data };
};

/** Migration holds the lock, moves the configuration at the end, and logs what an operator looks for. */
const migration = (call: Call, guest: Guest, target: string): Work => {
  const wasOn = guest.power;
  return {
    takes: guest.power.on ? 6000 : 2500,
    begin: (task) => {
      unlocked(guest);
      needQuorum(call.cluster);
      guest.conf.lock = 'migrate';
      task.log.push(
        `starting migration of ${guest.type === 'qemu' ? 'VM' : 'CT'} ${guest.vmid} to node '${target}'`,
      );
    },
    complete: () => {
      delete guest.conf.lock;
      guest.node = target;
      if (guest.type === 'lxc' && wasOn.on) {
        switchOff(guest);
        switchOn(guest, call.cluster.now());
      }
    },
    cleanup: () => {
      if (guest.conf.lock === 'migrate') delete guest.conf.lock;
    },
  };
};

const migrateVm = (call: Call): Answer => {
  const target = othersOnly(call);
  needQuorum(call.cluster);
  const guest = guestOf(call, 'qemu');
  if (guest.power.on && !flag(call, 'online')) throw new Failure("can't migrate running VM without --online");
  if (guest.power.on && localDisks(call, guest).length > 0 && !flag(call, 'with-local-disks'))
    throw new Failure("can't live migrate attached local disks without with-local-disks option");
  return begin(call, guest, 'qmigrate', migration(call, guest, target));
};

const migrateCt = (call: Call): Answer => {
  const target = othersOnly(call);
  needQuorum(call.cluster);
  const guest = guestOf(call, 'lxc');
  if (guest.power.on && !flag(call, 'online') && !flag(call, 'restart'))
    throw new Failure("can't migrate running container without --online or --restart");
  return begin(call, guest, 'vzmigrate', migration(call, guest, target));
};

const forget = (call: Call, guest: Guest): void => {
  const { guests, pools, jobs } = call.cluster.world;
  guests.delete(guest.vmid);
  for (const pool of pools.values()) pool.vmids.delete(guest.vmid);
  if (!flag(call, 'purge')) return;
  for (const job of jobs.values()) {
    const left = (job.options.vmid ?? '').split(',').filter((id) => id !== String(guest.vmid));
    if (job.options.vmid !== undefined) job.options.vmid = left.join(',');
  }
};

const refuseRunning = (guest: Guest, forced: boolean): void => {
  if (!guest.power.on || forced) return;
  if (guest.type === 'qemu') throw new Failure(`VM ${guest.vmid} is running - destroy failed`);
  throw new Failure(`unable to destroy CT ${guest.vmid} - container is running`);
};

const destroy =
  (type: GuestType) =>
  (call: Call): Answer => {
    const guest = guestOf(call, type);
    const kind = type === 'qemu' ? 'VM' : 'CT';
    if (guest.conf.protection === '1')
      throw new Failure(`can't remove ${kind} ${guest.vmid} - protection mode enabled`);
    refuseRunning(guest, flag(call, 'force'));
    return begin(call, guest, type === 'qemu' ? 'qmdestroy' : 'vzdestroy', {
      takes: 1000,
      begin: () => unlocked(guest),
      complete: () => {
        needWritable(call.cluster, confPath(guest.node, guest.type, guest.vmid));
        forget(call, guest);
      },
    });
  };

const familyOf = (type: GuestType, migrate: Route['handler']): Route[] => {
  const base = `/nodes/{node}/${type}/{vmid}`;
  return [
    {
      method: 'PUT',
      path: `${base}/resize`,
      permission: need('/vms/{vmid}', 'VM.Config.Disk'),
      handler: resize(type),
    },
    {
      method: 'POST',
      path: `${base}/migrate`,
      permission: need('/vms/{vmid}', 'VM.Migrate'),
      handler: migrate,
    },
    { method: 'DELETE', path: base, permission: need('/vms/{vmid}', 'VM.Allocate'), handler: destroy(type) },
  ];
};

export const LIFECYCLE_ROUTES: readonly Route[] = [
  ...familyOf('qemu', migrateVm),
  ...familyOf('lxc', migrateCt),
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/migrate',
    permission: need('/vms/{vmid}', 'VM.Migrate'),
    handler: preconditions,
  },
];
