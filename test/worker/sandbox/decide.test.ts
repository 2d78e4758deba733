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

test('enabling takes --now away and keeps the rest', () =>
  assert.deepEqual(decideCall('systemctl', ['enable', '--now', 'a', 'b']).handling, {
    does: 'files-only',
    args: ['--root=/', 'enable', 'a', 'b'],
  }));

test('no program is in two rows', () => assert.equal(new Set(shimmedPrograms).size, shimmedPrograms.length));
