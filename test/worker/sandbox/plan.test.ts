import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callsOf, overlay } from '#worker/sandbox/mounts/calls';
import { parseMountinfo, reachable } from '#worker/sandbox/mounts/mountinfo';
import { planMounts } from '#worker/sandbox/mounts/plan';
import { vanished } from '#worker/sandbox/mounts/vanished';

/** A node with ext4 on LVM, taken from a PVE 8 installation: pmxcfs, the boot partition, a data disk, a network share. */
const ext4Node = `22 29 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
23 29 0:21 / /proc rw,relatime shared:13 - proc proc rw
24 29 0:5 / /dev rw,nosuid,relatime shared:2 - devtmpfs udev rw,size=8052,mode=755
25 24 0:22 / /dev/pts rw,nosuid,noexec,relatime shared:3 - devpts devpts rw,gid=5
26 29 0:23 / /run rw,nosuid,nodev,noexec,relatime shared:5 - tmpfs tmpfs rw,size=1624,mode=755
29 1 252:1 / / rw,relatime shared:1 - ext4 /dev/mapper/pve-root rw,errors=remount-ro
31 24 0:25 / /dev/shm rw,nosuid,nodev shared:4 - tmpfs tmpfs rw
33 22 0:27 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:8 - cgroup2 cgroup2 rw
97 29 8:2 / /boot/efi rw,relatime shared:50 - vfat /dev/sda2 rw,fmask=0022,errors=remount-ro
100 29 252:5 / /var/lib/vz rw,relatime shared:52 - xfs /dev/mapper/data-vz rw
103 29 0:40 / /var/lib/lxcfs rw,nosuid,nodev,relatime shared:60 - fuse.lxcfs lxcfs rw,user_id=0
106 29 0:45 / /etc/pve rw,nosuid,nodev,relatime shared:62 - fuse /dev/fuse rw,user_id=0,default_permissions
109 29 0:47 / /mnt/pve/nas rw,relatime shared:70 - nfs4 nas:/export rw,vers=4.2
112 109 0:48 / /mnt/pve/nas/deep rw,relatime shared:71 - ext4 /dev/sdz rw
115 26 0:50 / /run/user/0 rw,nosuid,nodev,relatime shared:80 - tmpfs tmpfs rw
118 29 7:0 / /media/an\\040image ro,relatime shared:90 - ext4 /dev/loop0 ro
`;

/** A node with its root on ZFS. */
const zfsNode = `29 1 0:27 / / rw,relatime shared:1 - zfs rpool/ROOT/pve-1 rw,xattr,posixacl
60 29 0:41 / /rpool rw,relatime shared:30 - zfs rpool rw,xattr,noacl
61 60 0:42 / /rpool/data rw,relatime shared:31 - zfs rpool/data rw,xattr,noacl
62 60 0:43 / /rpool/ROOT rw,relatime shared:32 - zfs rpool/ROOT rw,xattr,noacl
70 29 0:50 / /etc/pve rw,nosuid,nodev,relatime shared:40 - fuse /dev/fuse rw,user_id=0
`;

const shown = (text: string, root = '/', refused?: ReadonlyMap<string, string>) =>
  planMounts(parseMountinfo(text), root, refused).map(({ at, how }) => [at, how]);

test('a node on ext4 has an overlay for each real mount, and says what it cannot take', () =>
  assert.deepEqual(shown(ext4Node), [
    ['/', 'overlay'],
    ['/boot/efi', 'read-only'],
    ['/etc/pve', 'overlay'],
    ['/media/an image', 'read-only'],
    ['/mnt/pve/nas', 'hidden'],
    ['/var/lib/lxcfs', 'hidden'],
    ['/var/lib/vz', 'overlay'],
  ]));

test('a node on ZFS has an overlay for each data set, parents first', () =>
  assert.deepEqual(
    shown(zfsNode).map(([at]) => at),
    ['/', '/etc/pve', '/rpool', '/rpool/ROOT', '/rpool/data'],
  ));

test('a mount on which the probe failed is shown read-only, with the reason', () => {
  const plan = planMounts(
    parseMountinfo(zfsNode),
    '/',
    new Map([['/rpool', 'whiteout failed: Invalid argument']]),
  );
  assert.deepEqual(
    plan.find(({ at }) => at === '/rpool'),
    {
      point: '/rpool',
      at: '/rpool',
      fs: 'zfs',
      how: 'read-only',
      why: 'whiteout failed: Invalid argument',
    },
  );
});

test('a root that is a folder is planned as a mount of its own, with what is mounted below it', () => {
  const text = `${ext4Node}200 29 0:90 / /srv/root/var rw - ext4 /dev/sdy rw\n`;
  assert.deepEqual(
    planMounts(parseMountinfo(text), '/srv/root').map(({ point, at, how }) => [point, at, how]),
    [
      ['/srv/root', '/', 'overlay'],
      ['/srv/root/var', '/var', 'overlay'],
    ],
  );
  assert.deepEqual(shown(text, '/srv/ro'), [['/', 'overlay']]);
});

test('mounts that others lie over are left out', () => {
  const text = `1 0 0:1 / / rw - ext4 a rw
2 1 0:2 / /data rw - xfs b rw
3 2 0:3 / /data/in rw - xfs c rw
4 1 0:4 / /data rw - btrfs d rw
5 4 0:5 / /data/new rw - xfs e rw
`;
  assert.deepEqual(
    reachable(parseMountinfo(text)).map(({ id }) => id),
    [1, 4, 5],
  );
});

test('a mount is gone where there is none any more, where another is in its place, and where one lies over it', () => {
  const before = parseMountinfo(ext4Node);
  const gone = (from: string, to: string): readonly string[] => [
    ...vanished(before, parseMountinfo(ext4Node.replace(from, to))),
  ];
  assert.deepEqual(gone('', ''), []);
  assert.deepEqual(
    gone('100 29 252:5 / /var/lib/vz rw,relatime shared:52 - xfs /dev/mapper/data-vz rw\n', ''),
    ['/var/lib/vz'],
  );
  assert.deepEqual(gone('xfs /dev/mapper/data-vz', 'xfs /dev/mapper/other'), ['/var/lib/vz']);
  assert.deepEqual(gone('118 29', '119 29 0:99 / /var rw - tmpfs none rw\n118 29'), [
    '/var/lib/vz',
    '/var/lib/lxcfs',
  ]);
});

test('an overlay leaves every feature off that would make its upper layer depend on the lower one', () => {
  const { data, flags } = overlay({ lower: '/a:b,c\\d', upper: '/u', work: '/w', target: '/m' });
  assert.equal(
    data,
    'lowerdir=/a\\:b\\,c\\\\d,upperdir=/u,workdir=/w,index=off,xino=off,redirect_dir=off,metacopy=off,volatile',
  );
  assert.equal(flags, 4, 'MS_NODEV');
});

test('no call of a plan binds a folder of the host without making it read-only next', () => {
  const calls = callsOf(planMounts(parseMountinfo(ext4Node), '/'), '/store', '/store/merged');
  const binds = calls.flatMap(({ flags, target }, index) =>
    flags === 4096 ? [[target, calls[index + 1]] as const] : [],
  );
  assert.equal(binds.length, 2);
  for (const [target, next] of binds) assert.deepEqual([next?.target, (next?.flags ?? 0) & 33], [target, 33]);
});
