import type { Conf, GuestType } from './world.ts';

/** One guest of the demo. */
export type DemoGuest = {
  readonly vmid: number;
  readonly type: GuestType;
  readonly node: string;
  readonly conf: Conf;
  /** Days since its start; left out for a stopped guest. */
  readonly upDays?: number;
};

const vm = (vmid: number, name: string, more: Conf): Conf => ({
  name,
  boot: 'order=scsi0',
  cores: '2',
  memory: '1024',
  net0: `virtio=BC:24:11:00:00:${(vmid % 100).toString(16).toUpperCase().padStart(2, '0')},bridge=vmbr0`,
  onboot: '1',
  ostype: 'l26',
  scsi0: `fast:vm-${vmid}-disk-0,size=32G`,
  scsihw: 'virtio-scsi-single',
  ...more,
});

const ct = (vmid: number, hostname: string, more: Conf): Conf => ({
  hostname,
  arch: 'amd64',
  cores: '1',
  memory: '512',
  net0: `name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:01:${(vmid % 100).toString(16).toUpperCase().padStart(2, '0')},ip=dhcp,type=veth`,
  onboot: '1',
  ostype: 'debian',
  rootfs: `fast:subvol-${vmid}-disk-0,size=8G`,
  swap: '512',
  unprivileged: '1',
  ...more,
});

/** Who lives in the demo. */
export const DEMO_GUESTS: readonly DemoGuest[] = [
  { vmid: 100, type: 'qemu', node: 'pve1', conf: vm(100, 'dns-01', { tags: 'infra' }), upDays: 39 },
  {
    vmid: 101,
    type: 'qemu',
    node: 'pve1',
    conf: vm(101, 'web-01', { tags: 'prod;web', description: 'shop front end' }),
    upDays: 12,
  },
  {
    vmid: 102,
    type: 'qemu',
    node: 'pve1',
    conf: vm(102, 'db-01', { memory: '2048', tags: 'prod' }),
    upDays: 12,
  },
  { vmid: 103, type: 'qemu', node: 'pve2', conf: vm(103, 'mail-01', {}) },
  { vmid: 110, type: 'qemu', node: 'pve1', conf: vm(110, 'debian-12', { template: '1', onboot: '0' }) },
  {
    vmid: 120,
    type: 'qemu',
    node: 'pve3',
    conf: vm(120, 'build-01', { cores: '4', memory: '8192' }),
    upDays: 2,
  },
  {
    vmid: 121,
    type: 'qemu',
    node: 'pve3',
    conf: vm(121, 'build-02', { cores: '4', memory: '8192', onboot: '0' }),
  },
  { vmid: 200, type: 'lxc', node: 'pve1', conf: ct(200, 'proxy', { tags: 'infra' }), upDays: 39 },
  { vmid: 201, type: 'lxc', node: 'pve1', conf: ct(201, 'wiki', {}) },
  { vmid: 202, type: 'lxc', node: 'pve2', conf: ct(202, 'media', { memory: '2048' }), upDays: 38 },
  { vmid: 203, type: 'lxc', node: 'pve2', conf: ct(203, 'metrics', { tags: 'infra' }), upDays: 38 },
  { vmid: 300, type: 'lxc', node: 'pve3', conf: ct(300, 'lab-01', { protection: '1' }), upDays: 5 },
];
