import { buildBackup, buildGuest, buildNode, buildStorage, buildTask, buildWorld } from './build-world.ts';
import { ACTOR, addBots, READER, type Secrets } from './demo-access.ts';
import { DEMO_GUESTS } from './demo-guests.ts';
import type { Guest, World } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const GIB = 2 ** 30;

const addNodes = (world: World, now: number): void => {
  for (const [at, name] of ['pve1', 'pve2', 'pve3'].entries())
    world.nodes.set(name, buildNode(name, at + 1, now - (40 - at) * DAY_MS));
};

const addStorages = (world: World): void => {
  const storages = [
    buildStorage('local', {
      plugin: 'dir',
      content: ['backup', 'iso', 'vztmpl', 'snippets'],
      path: '/var/lib/vz',
      pruneBackups: 'keep-all=1',
      snapshots: false,
      totalBytes: 256 * GIB,
      usedBytes: 60 * GIB,
    }),
    buildStorage('backup', {
      plugin: 'nfs',
      shared: true,
      content: ['backup'],
      path: '/mnt/pve/backup',
      pruneBackups: 'keep-daily=7,keep-weekly=4',
      snapshots: false,
    }),
    buildStorage('fast', { plugin: 'zfspool' }),
  ];
  for (const storage of storages) world.storages.set(storage.id, storage);
};

const addGuests = (world: World, now: number): void => {
  for (const { vmid, type, node, conf, upDays } of DEMO_GUESTS) {
    const on = upDays === undefined ? {} : { onSince: now - upDays * DAY_MS };
    world.guests.set(vmid, buildGuest(type, { vmid, node }, { conf, ...on }));
  }
};

/** Hours since each backup. 103 is stale by nine days, 300 and the template have none. */
const BACKUP_AGES: Record<number, readonly number[]> = {
  100: [9, 33, 57],
  101: [9, 33],
  102: [9, 33],
  103: [9 * 24],
  120: [33],
  200: [9],
  201: [9, 33],
  202: [57],
};

const addBackups = (world: World, now: number): void => {
  for (const [vmid, ages] of Object.entries(BACKUP_AGES)) {
    const guest = guestOf(world, Number(vmid));
    for (const hours of ages) {
      const ctime = Math.floor((now - hours * HOUR_MS) / 1000);
      const special = vmid === '102' && hours === 33 ? { protected: true, notes: 'before the upgrade' } : {};
      world.backups.push(buildBackup(guest, { storage: 'backup', ctime, ...special }));
    }
  }
};

const guestOf = (world: World, vmid: number): Guest => {
  const guest = world.guests.get(vmid);
  if (guest === undefined) throw new Error(`the demo has no guest ${vmid}`);
  return guest;
};

/** Every night at nine; 120, 202 and 300 are in no job. */
const addJob = (world: World): void => {
  world.jobs.set('nightly', {
    id: 'nightly',
    options: {
      schedule: '21:00',
      storage: 'backup',
      mode: 'snapshot',
      enabled: '1',
      vmid: '100,101,102,103,200,201',
      compress: 'zstd',
      comment: 'nightly',
    },
  });
};

const addHistory = (world: World, now: number): void => {
  const vzdump = { node: 'pve2', type: 'vzdump', user: 'root@pam' };
  const failed = now - 9 * HOUR_MS;
  world.tasks.push(
    buildTask({
      ...vzdump,
      id: '202',
      startedAt: failed,
      endedAt: failed + 14_000,
      exitstatus: 'job errors',
      log: [
        'INFO: starting new backup job: vzdump 202 --storage backup --mode snapshot',
        'INFO: Starting Backup of VM 202 (lxc)',
        "ERROR: Backup of VM 202 failed - mount error: can't mount '/mnt/pve/backup'",
        'INFO: Backup job finished with errors',
      ],
    }),
    buildTask({
      ...vzdump,
      node: 'pve1',
      id: '',
      startedAt: failed - 60_000,
      endedAt: failed - 5_000,
      exitstatus: 'OK',
      log: ['INFO: starting new backup job: vzdump 100 101', 'INFO: Backup job finished successfully'],
    }),
  );
};

/** The cluster of the demo: `home` with three nodes, quorate. `now` in epoch milliseconds. */
export const demoWorld = (now: number, secrets: Secrets = {}): World => {
  const world = buildWorld('home', { reader: READER, actor: ACTOR });
  addNodes(world, now);
  addStorages(world);
  addGuests(world, now);
  addBackups(world, now);
  addJob(world);
  addHistory(world, now);
  world.pools.set('customers', {
    id: 'customers',
    comment: 'paid for',
    vmids: new Set([101, 102]),
    storages: new Set(),
  });
  addBots(world, secrets);
  return world;
};
