import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decideCall } from '#worker/sandbox/shims/decide';
import { shimmedPrograms } from '#worker/sandbox/shims/table';

const does = (line: string): string => {
  const [program = '', ...args] = line.split(' ');
  const { handling } = decideCall(program, args);
  return handling.does === 'record' && !handling.known ? 'unknown' : handling.does;
};

const cases: Readonly<Record<string, readonly string[]>> = {
  files: ['systemctl enable ssh', 'systemctl is-enabled a'],
  'files-only': ['systemctl --now mask a', 'systemctl disable --now x.service'],
  inside: ['sysctl vm.swappiness', 'sysctl -a', 'mkfs.ext4 /tmp/image', 'mount', 'modprobe --dry-run'],
  ask: [
    'systemctl is-active a',
    'systemctl',
    'qm list',
    'pct config 100',
    'pvesh get /nodes',
    'ip addr',
    'ip -j link show',
    'zpool status',
    'pveum user list',
  ],
  record: [
    'systemctl restart ssh',
    'systemctl daemon-reload',
    'reboot',
    'shutdown -r now',
    'qm set 100 -memory 1',
    'pct start 1',
    'pvesh set /cluster/options',
    'pveum user add a@pve',
    'ip link set eth0 down',
    'ip addr add 1.2.3.4/24 dev x',
    'sysctl -w a=1',
    'sysctl --system',
    'sysctl -p',
    'modprobe zfs',
    'update-grub',
    'proxmox-boot-tool refresh',
    'zpool upgrade -a',
    'zfs set compression=on rpool',
    'ifreload -a',
    'service ssh restart',
  ],
  deny: [
    'zpool destroy rpool',
    'pct exec 100 sh',
    'proxmox-boot-tool format /dev/sda2',
    'mkfs.ext4 /dev/sda',
    'mount /dev/sda /mnt',
    'qm monitor 100',
  ],
  unknown: ['systemctl frobnicate', 'qm frobnicate 1', 'zpool frobnicate', 'nothing-we-know -x'],
  dialog: ['whiptail --yesno Really? 10 60'],
};

for (const [what, lines] of Object.entries(cases))
  test(`stand-ins: ${what}`, () =>
    assert.deepEqual(
      lines.map((line) => [line, does(line)]),
      lines.map((line) => [line, what]),
    ));

const onCopy = (line: string): string => {
  const [program = '', ...args] = line.split(' ');
  return decideCall(program, args, true).handling.does;
};

test("on a copy of the cluster's configuration the tools that write nothing else are the real ones", () => {
  for (const line of [
    'pveum user add a@pve',
    'pveum acl modify /vms --roles PVEVMUser --users a@pve',
    'pveum user list --output-format json',
    'pvesm add dir big --path /mnt/big',
    'pvesm set local --content iso',
    'pvesm remove big',
    'ha-manager add vm:100',
    'pvesh get /access/users',
    'pvesh create /pools --poolid a',
    'pvesh set cluster/options --keyboard de',
    'pvesh create /storage --storage big --type dir --path /mnt/big',
    'pvesh delete /storage/big',
  ])
    assert.equal(onCopy(line), 'inside', line);
});

test('on a copy what also needs a device, another host, a guest or a secret is recorded or refused as ever', () => {
  const wanted: Readonly<Record<string, string>> = {
    'pveum ticket root@pam': 'record',
    'pveum realm sync ad': 'record',
    'pvesm add nfs far --server a --export /b': 'record',
    'pvesm alloc local 100 x 1G': 'record',
    'pvesm status': 'ask',
    'ha-manager migrate vm:100 b': 'record',
    'pvesh create /storage --storage far --type nfs': 'record',
    'pvesh create /nodes/a/qemu/100/status/stop': 'record',
    'pvesh create /access/ticket --username a': 'record',
    'pvesh get /nodes': 'ask',
    'pvecm add 192.0.2.1': 'record',
    'qm set 100 -memory 1': 'record',
  };
  for (const [line, what] of Object.entries(wanted)) assert.equal(onCopy(line), what, line);
});

test('enabling takes --now away and keeps the rest', () =>
  assert.deepEqual(decideCall('systemctl', ['enable', '--now', 'a', 'b']).handling, {
    does: 'files-only',
    args: ['--root=/', 'enable', 'a', 'b'],
  }));

test('no program is in two rows', () => assert.equal(new Set(shimmedPrograms).size, shimmedPrograms.length));
