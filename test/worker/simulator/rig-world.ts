import {
  addToken,
  buildBackup,
  buildGuest,
  buildNode,
  buildStorage,
  buildTask,
  buildWorld,
  grant,
} from '#worker/simulator/build-world';
import type { Conf, GuestType, Service, Task, World, WorldNode } from '#worker/simulator/world';
import { CT_200, CT_201, VM_100, VM_101, VM_102, VM_110, VM_300 } from './rig-guests.ts';

/** Epoch seconds at which the recorded cluster had booted its nodes, about. */
const BOOT = 1_795_459_500;

const addGuest = (world: World, type: GuestType, at: { vmid: number; node: string }, conf: Conf): void => {
  const on = at.vmid === 101 || at.vmid === 201 ? { onSince: 1_795_464_540_000 } : {};
  world.guests.set(at.vmid, buildGuest(type, at, { conf, obeys: type === 'lxc', ...on }));
};

const addSnapshots = (world: World): void => {
  const vm = world.guests.get(102);
  const ct = world.guests.get(201);
  if (vm === undefined || ct === undefined) throw new Error('the rig has 102 and 201');
  vm.snapshots = [
    {
      name: 'ram1',
      conf: { ...VM_102, description: '', vmstate: 'local:102/vm-102-state-ram1.raw' },
      snaptime: 1795461732,
      withRam: true,
    },
    {
      name: 'nov',
      conf: { ...VM_102, description: '' },
      snaptime: 1795464587,
      withRam: false,
      parent: 'ram1',
    },
  ];
  vm.conf.parent = 'nov';
  ct.snapshots = [
    { name: 'pre', conf: { ...CT_201, description: 'pre change' }, snaptime: 1795461612, withRam: false },
    {
      name: 'live1',
      conf: { ...CT_201, description: '' },
      snaptime: 1795461619,
      withRam: false,
      parent: 'pre',
    },
    {
      name: 'vzdump',
      conf: { ...CT_201, description: 'vzdump backup snapshot' },
      snaptime: 1795463640,
      withRam: false,
      parent: 'pre',
    },
  ];
  ct.conf.parent = 'vzdump';
};

/** vmid and second of each archive that was there at the start; all on pve1's `local`. */
const ARCHIVES: readonly (readonly [number, number])[] = [
  [200, 1795461420],
  [200, 1795461425],
  [200, 1795461748],
  [200, 1795463560],
  [201, 1795461751],
  [100, 1795461738],
  [101, 1795461697],
  [101, 1795461728],
  [101, 1795461740],
  [102, 1795461699],
  [102, 1795461742],
  [110, 1795461747],
];

const addArchives = (world: World): void => {
  for (const [vmid, ctime] of ARCHIVES) {
    const guest = world.guests.get(vmid);
    if (guest === undefined) throw new Error(`the rig has no guest ${vmid}`);
    const made = buildBackup(guest, { storage: 'local', ctime });
    const file = ctime === 1795463560 ? made.file.replace('.zst', '') : made.file;
    world.backups.push({
      ...made,
      node: 'pve1',
      file,
      ...(ctime === 1795461728 ? { notes: 'db01 pve1' } : {}),
    });
  }
};

const NOT_INSTALLED = [
  'chrony',
  'ksmtuned',
  'postfix',
  'pve-firewall',
  'pve-ha-crm',
  'pve-ha-lrm',
  'pvefw-logger',
  'spiceproxy',
  'syslog',
  'systemd-timesyncd',
];

const dead = (name: string): Service => ({
  name,
  desc: `${name}.service`,
  state: 'dead',
  activeState: 'inactive',
  unitState: 'not-found',
});

const rigNode = (name: string, nodeid: number): WorldNode => {
  const node = buildNode(name, nodeid, BOOT * 1000);
  for (const service of NOT_INSTALLED) node.services.set(service, dead(service));
  return { ...node, disks: [] };
};

const CONTENT = ['rootdir', 'vztmpl', 'backup', 'iso', 'images', 'snippets'];

const addStorages = (world: World): void => {
  const files = [
    {
      volid: 'local:vztmpl/debian-12-standard_12.7-1_amd64.tar.zst',
      content: 'vztmpl',
      format: 'tzst',
      size: 87376848,
      ctime: 1795461312,
    },
  ];
  const plain = { snapshots: false, files, path: '/var/lib/vz', pruneBackups: 'keep-all=1' };
  world.storages.set('local', buildStorage('local', { plugin: 'dir', content: CONTENT, ...plain }));
  world.storages.set(
    'bt',
    buildStorage('bt', {
      plugin: 'btrfs',
      content: ['backup', 'rootdir', 'images'],
      path: '/srv/bt',
      inactiveOn: ['pve2'],
      isMountpoint: true,
    }),
  );
};

const addAccess = (world: World): void => {
  world.access.users.set('bot@pve', {
    userid: 'bot@pve',
    enable: true,
    expire: 0,
    comment: 'chat bot',
    email: '',
  });
  addToken(world, 'root@pam!rig', { privsep: false });
  addToken(world, 'bot@pve!aud');
  addToken(world, 'bot@pve!norights');
  for (const ugid of ['bot@pve', 'bot@pve!aud']) grant(world, ugid, { path: '/', roleid: 'PVEAuditor' });
};

/** What the power story set up and the later ones found. */
export const addChatops = (world: World): void => {
  const privs = ['VM.Audit', 'VM.PowerMgmt', 'VM.Snapshot', 'VM.Backup'];
  world.access.roles.set('BotActor', { roleid: 'BotActor', special: false, privs });
  const botact = { userid: 'botact@pve', enable: true, expire: 0, comment: 'chat bot actor', email: '' };
  world.access.users.set('botact@pve', botact);
  addToken(world, 'botact@pve!chatops', { comment: 'actor' });
  const vmids = new Set([100, 102, 201]);
  world.pools.set('chatops', { id: 'chatops', comment: 'bot may act here', vmids, storages: new Set() });
  for (const ugid of ['botact@pve', 'botact@pve!chatops'])
    grant(world, ugid, { path: '/pool/chatops', roleid: 'BotActor' });
};

const past = (
  type: string,
  id: string,
  how: { user?: string; exitstatus?: string; ago: number; node?: string },
): Task => {
  const startedAt = (1_795_465_000 - how.ago) * 1000;
  const { user = 'root@pam', exitstatus = 'OK', node = 'pve1' } = how;
  const task = buildTask({ node, type, id, user, startedAt, endedAt: startedAt + 2000, exitstatus, log: [] });
  const [name = '', tokenid] = user.split('!');
  return { ...task, user: name, ...(tokenid === undefined ? {} : { tokenid }) };
};

/** One task of each kind that the recorded lists show. */
const RIG_TASKS: readonly Task[] = [
  past('qmigrate', '110', { ago: 10 }),
  past('qmstart', '101', { ago: 20 }),
  past('qmrollback', '102', { ago: 21 }),
  past('qmsnapshot', '102', { ago: 22 }),
  past('vzdump', '101', { ago: 23 }),
  past('qmstop', '101', { ago: 30, user: 'root@pam!rig' }),
  past('qmshutdown', '101', { ago: 40, user: 'root@pam!rig', exitstatus: 'received interrupt' }),
  past('vzdump', '201', { ago: 50, exitstatus: 'job errors' }),
  past('qmcreate', '300', { ago: 70, node: 'pve2' }),
];

/** The recorded two-node cluster as it stood before the stories, as far as their answers show it. */
export const rigWorld = (): World => {
  const world = buildWorld('lab', { reader: 'bot@pve!aud', actor: 'botact@pve!chatops' });
  world.nodes.set('pve1', rigNode('pve1', 1));
  world.nodes.set('pve2', rigNode('pve2', 2));
  addStorages(world);
  addGuest(world, 'qemu', { vmid: 100, node: 'pve1' }, VM_100);
  addGuest(world, 'qemu', { vmid: 101, node: 'pve1' }, VM_101);
  addGuest(world, 'qemu', { vmid: 102, node: 'pve1' }, VM_102);
  addGuest(world, 'qemu', { vmid: 110, node: 'pve2' }, VM_110);
  addGuest(world, 'lxc', { vmid: 200, node: 'pve1' }, CT_200);
  addGuest(world, 'lxc', { vmid: 201, node: 'pve1' }, CT_201);
  addGuest(world, 'qemu', { vmid: 300, node: 'pve2' }, VM_300);
  addSnapshots(world);
  addArchives(world);
  const weekly = {
    comment: 'weekly',
    enabled: '1',
    mode: 'snapshot',
    schedule: 'sat 02:00',
    storage: 'local',
    vmid: '100,200',
  };
  world.jobs.set('weekly1', { id: 'weekly1', options: weekly });
  addAccess(world);
  world.access.roles.set('BotBackup', {
    roleid: 'BotBackup',
    special: false,
    privs: ['Datastore.AllocateSpace', 'Datastore.Audit', 'Sys.Audit', 'VM.Audit', 'VM.Backup'],
  });
  world.tasks.push(...RIG_TASKS);
  return world;
};
