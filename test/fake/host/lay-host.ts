import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Suite } from './debian-tar.ts';

const write = (root: string, path: string, text: string): void => {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), text);
};

/** Programs that a node has and this root has not, or that need a running kernel of it: they record and answer. */
const layPrograms = (root: string): void => {
  const from = join(import.meta.dirname, 'bin');
  for (const name of readdirSync(from)) {
    copyFileSync(join(from, name), join(root, 'usr/bin', name));
    chmodSync(join(root, 'usr/bin', name), 0o755);
  }
};

const ENTERPRISE = {
  bookworm: {
    'pve-enterprise.list': 'deb https://enterprise.proxmox.com/debian/pve bookworm pve-enterprise\n',
    'ceph.list': '# deb https://enterprise.proxmox.com/debian/ceph-quincy bookworm enterprise\n',
  },
  trixie: {
    'pve-enterprise.sources':
      'Types: deb\nURIs: https://enterprise.proxmox.com/debian/pve\nSuites: trixie\nComponents: pve-enterprise\nSigned-By: /usr/share/keyrings/proxmox-archive-keyring.gpg\n',
    'ceph.sources':
      'Types: deb\nURIs: https://enterprise.proxmox.com/debian/ceph-squid\nSuites: trixie\nComponents: enterprise\nSigned-By: /usr/share/keyrings/proxmox-archive-keyring.gpg\n',
  },
} as const;

/** The values that a 6.8 kernel of Proxmox VE starts with, of the settings that recipes are about. */
const SYSCTL: Readonly<Record<string, string>> = {
  'fs.aio-max-nr': '65536',
  'fs.inotify.max_queued_events': '16384',
  'fs.inotify.max_user_instances': '128',
  'fs.inotify.max_user_watches': '65536',
  'kernel.hardlockup_panic': '0',
  'kernel.keys.maxkeys': '200',
  'kernel.keys.root_maxkeys': '1000000',
  'kernel.panic': '0',
  'kernel.panic_on_oops': '0',
  'net.core.default_qdisc': 'pfifo_fast',
  'net.core.netdev_max_backlog': '1000',
  'net.core.rmem_max': '212992',
  'net.core.somaxconn': '4096',
  'net.core.wmem_max': '212992',
  'net.ipv4.conf.all.accept_redirects': '1',
  'net.ipv4.conf.all.accept_source_route': '0',
  'net.ipv4.conf.all.secure_redirects': '1',
  'net.ipv4.conf.all.send_redirects': '1',
  'net.ipv4.conf.default.accept_redirects': '1',
  'net.ipv4.icmp_echo_ignore_broadcasts': '1',
  'net.ipv4.icmp_ignore_bogus_error_responses': '1',
  'net.ipv4.tcp_congestion_control': 'cubic',
  'net.ipv4.tcp_fastopen': '1',
  'net.ipv4.tcp_mtu_probing': '0',
  'net.ipv4.tcp_rfc1337': '0',
  'net.ipv4.tcp_rmem': '4096\t131072\t6291456',
  'net.ipv4.tcp_wmem': '4096\t16384\t4194304',
  'net.unix.max_dgram_qlen': '512',
  'vm.compaction_proactiveness': '20',
  'vm.dirty_background_ratio': '10',
  'vm.dirty_ratio': '20',
  'vm.max_map_count': '65530',
  'vm.swappiness': '60',
};

const UNIT = '[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=multi-user.target\n';
const SOCKET = '[Socket]\nListenStream=/run/rpcbind.sock\n[Install]\nWantedBy=sockets.target\n';

const layUnits = (root: string): void => {
  for (const unit of ['pve-ha-lrm', 'pve-ha-crm', 'rpcbind'])
    write(root, `usr/lib/systemd/system/${unit}.service`, UNIT);
  write(root, 'usr/lib/systemd/system/rpcbind.socket', SOCKET);
  for (const unit of ['rpcbind.service', 'rpcbind.socket']) write(root, `run/fake/active/${unit}`, '');
};

/** ZFS pools, and the disks whose third partition each is made of. */
const POOLS: Readonly<Record<string, readonly string[]>> = { rpool: ['sda', 'sdb'], tank: ['sdc'] };

/** A root of Debian made to look like a node of Proxmox VE, as far as recipes look. Everything in it can be read and written. */
export const layHost = (root: string, suite: Suite): void => {
  layPrograms(root);
  layUnits(root);
  for (const [name, text] of Object.entries(ENTERPRISE[suite]))
    write(root, `etc/apt/sources.list.d/${name}`, text);
  for (const [key, value] of Object.entries(SYSCTL))
    write(root, `proc/sys/${key.replaceAll('.', '/')}`, `${value}\n`);
  write(root, 'proc/sys/kernel/random/boot_id', '6b1d7a0e-0000-4000-8000-000000000001\n');
  write(root, 'proc/cmdline', 'BOOT_IMAGE=/boot/vmlinuz-6.8.12-9-pve root=/dev/mapper/pve-root ro quiet\n');
  write(root, 'proc/meminfo', 'MemTotal:       65775420 kB\nMemFree:        51234567 kB\n');
  for (const [nic, mac] of [
    ['eno1', '0c:c4:7a:00:00:01'],
    ['eno2', '0c:c4:7a:00:00:02'],
  ] as const) {
    write(root, `sys/class/net/${nic}/address`, `${mac}\n`);
    write(root, `sys/class/net/${nic}/device/vendor`, '0x8086\n');
  }
  write(root, 'sys/class/net/vmbr0/address', '0c:c4:7a:00:00:01\n');
  write(
    root,
    'etc/default/grub',
    '# If you change this file, run update-grub\nGRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\nGRUB_CMDLINE_LINUX=""\n',
  );
  write(root, 'etc/vzdump.conf', '# vzdump default settings\n\n#tmpdir: DIR\n#bwlimit: KBPS\n#ionice: PRI\n');
  mkdirSync(join(root, 'etc/update-motd.d'), { recursive: true });
  for (const [pool, disks] of Object.entries(POOLS)) {
    write(root, `run/fake/zpool/${pool}`, 'off\n');
    write(root, `run/fake/zpool-devices/${pool}`, disks.map((disk) => `/dev/${disk}3\n`).join(''));
    for (const disk of disks) layDisk(root, disk, '0');
  }
  write(root, 'run/fake/subscription', 'notfound\n');
  write(root, 'run/fake/virt', 'kvm\n');
  write(root, 'run/fake/boot', 'uefi\n');
  write(root, 'run/fake/log', '');
};

/** A disk with a third partition, as sysfs has them: `rotational` 1 = it turns. */
export const layDisk = (root: string, disk: string, rotational: '0' | '1'): void => {
  write(root, `sys/devices/${disk}/queue/rotational`, `${rotational}\n`);
  write(root, `sys/devices/${disk}/queue/discard_max_bytes`, rotational === '0' ? '2147450880\n' : '0\n');
  write(root, `sys/devices/${disk}/${disk}3/partition`, '3\n');
  mkdirSync(join(root, 'sys/class/block'), { recursive: true });
  for (const [name, path] of [
    [disk, disk],
    [`${disk}3`, `${disk}/${disk}3`],
  ] as const) {
    const link = join(root, 'sys/class/block', name);
    rmSync(link, { force: true });
    symlinkSync(`../../devices/${path}`, link);
  }
};

/** The processor, and what virtualises the machine, for recipes that are for only one of them. */
export const setMachine = (
  root: string,
  { cpu, virt }: { readonly cpu: 'amd' | 'intel'; readonly virt: string },
): void => {
  write(
    root,
    'proc/cpuinfo',
    `processor\t: 0\nvendor_id\t: ${cpu === 'amd' ? 'AuthenticAMD' : 'GenuineIntel'}\n`,
  );
  write(root, 'run/fake/virt', `${virt}\n`);
};
