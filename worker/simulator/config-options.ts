import type { GuestType } from './world.ts';

const MEMORY = /^(memory|balloon|shares|swap)$/;
const CPU = /^(cores|sockets|cpu|cpulimit|cpuunits|numa\d*|smp|vcpus|affinity)$/;
const DISK = /^((scsi|virtio|ide|sata|mp|unused|efidisk|tpmstate)\d+|rootfs)$/;
const NETWORK = /^(net\d+|nameserver|searchdomain|hostname)$/;
const CLOUDINIT = /^(ci\w+|ipconfig\d+|sshkeys)$/;
const HARDWARE =
  /^(acpi|audio\d+|bios|hostpci\d+|hugepages|kvm|machine|scsihw|serial\d+|usb\d+|vga|watchdog|rng\d+|vmgenid|smbios1|arch)$/;

/** Which privilege a change of this option takes (`PVE::API2::Qemu::check_vm_modify_config_perm`). */
export const privilegeFor = (key: string): string => {
  if (MEMORY.test(key)) return 'VM.Config.Memory';
  if (CPU.test(key)) return 'VM.Config.CPU';
  if (DISK.test(key)) return 'VM.Config.Disk';
  if (NETWORK.test(key)) return 'VM.Config.Network';
  if (CLOUDINIT.test(key)) return 'VM.Config.Cloudinit';
  return HARDWARE.test(key) ? 'VM.Config.HWType' : 'VM.Config.Options';
};

const VM_AT_ONCE =
  /^(name|onboot|startup|description|protection|tags|hookscript|shares|vmstatestorage|migrate_downtime|migrate_speed|lock|agent|template|unused\d+|net\d+|scsi\d+|virtio\d+|usb\d+)$/;
const CT_AT_ONCE =
  /^(onboot|startup|description|protection|tags|hookscript|memory|swap|cores|cpulimit|cpuunits|net\d+|mp\d+|hostname|nameserver|searchdomain|timezone|unused\d+|lock|template)$/;

/** Whether a change reaches a running guest at once instead of waiting for its next stop. */
export const appliesAtOnce = (type: GuestType, key: string): boolean =>
  (type === 'qemu' ? VM_AT_ONCE : CT_AT_ONCE).test(key);

/** Options that Proxmox lets only root@pam (no token) set. */
export const ROOT_ONLY: readonly string[] = ['args', 'lock'];
