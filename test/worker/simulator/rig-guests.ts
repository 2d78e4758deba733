import type { Conf } from '#worker/simulator/world';

/** The configurations of the recorded guests, as GET config showed them at the start. */
export const VM_100: Conf = {
  boot: 'order=scsi0;net0',
  cores: '1',
  cpu: 'qemu64',
  description: 'hello %0Aworld',
  kvm: '0',
  memory: '256',
  meta: 'creation-qemu=7.2.22,ctime=1795460614',
  name: 'web01',
  net0: 'virtio=BC:24:11:07:FE:8E,bridge=vmbr0',
  onboot: '1',
  ostype: 'l26',
  scsi0: 'local:100/vm-100-disk-0.raw,size=1G',
  scsihw: 'virtio-scsi-pci',
  serial0: 'socket',
  smbios1: 'uuid=07ebf321-b962-40e4-aea1-b07d79ec1995',
  tags: 'prod,web',
  vga: 'none',
  vmgenid: 'bb313f17-adf5-43f5-aece-aadb6891cd9d',
};

export const VM_101: Conf = {
  boot: 'order=scsi0',
  cpu: 'qemu64',
  description: 'x',
  kvm: '0',
  memory: '256',
  meta: 'creation-qemu=7.2.22,ctime=1795460615',
  name: 'db01',
  scsi0: 'local:101/vm-101-disk-0.raw,size=1G',
  smbios1: 'uuid=ec3f101a-911d-4d9d-9404-2dec417d918b',
  vmgenid: '8c4e3931-0965-4e4b-bcc0-fe95e1a2bca3',
};

export const VM_102: Conf = {
  agent: '1',
  boot: 'order=scsi0',
  cpu: 'qemu64',
  kvm: '0',
  memory: '128',
  meta: 'creation-qemu=7.2.22,ctime=1795461136',
  name: 'snapvm',
  protection: '0',
  scsi0: 'local:102/vm-102-disk-0.qcow2,size=1G',
  serial0: 'socket',
  smbios1: 'uuid=8e96ed73-0629-4b90-a247-1b3373721619',
  vga: 'none',
  vmgenid: '0be4f119-6ef1-47b1-8d7a-ba1d46758094',
};

export const CT_200: Conf = {
  arch: 'amd64',
  hostname: 'ct1',
  memory: '128',
  net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:24:DE:F5,ip=192.0.2.20/24,type=veth',
  ostype: 'debian',
  rootfs: 'local:200/vm-200-disk-0.raw,size=1G',
  swap: '512',
  unprivileged: '1',
};

export const CT_201: Conf = {
  arch: 'amd64',
  cores: '1',
  hostname: 'ct2',
  memory: '192',
  net0: 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:96:E4:51,ip=192.0.2.21/24,type=veth',
  ostype: 'debian',
  rootfs: 'bt:201/subvol-201-disk-0.subvol,size=0T',
  swap: '512',
  unprivileged: '1',
};

export const VM_110: Conf = { memory: '256', name: 'db01', scsi0: 'local:110/vm-110-disk-0.raw,size=1G' };
export const VM_300: Conf = { memory: '64', name: 'onpve2', tags: 'web' };
