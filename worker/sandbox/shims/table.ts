import type { ShimRow } from './handling.ts';

const list = (words: string): readonly string[] => words.split(' ');

/** Every program that acts on more than files, by what it is asked for. A word in no list is recorded and flagged. */
export const shimTable: readonly ShimRow[] = [
  {
    programs: ['systemctl'],
    effect: 'unit',
    files: list('enable disable mask unmask preset preset-all reenable add-wants add-requires set-default'),
    filesArgs: ['--root=/'],
    inside: list('--version'),
    ask: list(
      'is-active is-failed is-system-running status show list-units list-sockets list-timers list-jobs list-dependencies show-environment',
    ),
    record: list(
      'start stop restart reload try-restart reload-or-restart try-reload-or-restart condrestart force-reload ' +
        'isolate kill daemon-reload daemon-reexec reset-failed set-property revert edit link set-environment ' +
        'unset-environment import-environment clean freeze thaw bind mount-image ' +
        'reboot poweroff halt kexec soft-reboot suspend hibernate rescue emergency default exit cancel',
    ),
    bare: 'ask',
  },
  {
    programs: list('reboot poweroff halt shutdown telinit init runlevel kexec'),
    effect: 'power',
    bare: 'record',
  },
  { programs: list('service invoke-rc.d rc-service'), effect: 'unit', bare: 'record' },
  {
    programs: list('systemd-run systemd-tmpfiles-setup loginctl machinectl busctl udevadm'),
    effect: 'unit',
    inside: list('--version'),
    record: list('control trigger settle'),
    ask: list('info list-sessions list'),
  },
  {
    programs: list('timedatectl hwclock ntpdate chronyc'),
    effect: 'clock',
    ask: list('status show timesync-status tracking sources list-timezones'),
    record: list('set-time set-timezone set-ntp set-local-rtc makestep --systohc --hctosys -w -s'),
  },
  {
    programs: list('hostnamectl localectl'),
    effect: 'unit',
    ask: list('status hostname'),
    record: list('set-hostname set-locale set-keymap set-x11-keymap'),
  },
  {
    programs: ['qm'],
    effect: 'guest',
    ask: list('list config status pending listsnapshot showcmd'),
    record: list(
      'create destroy start stop shutdown reboot reset suspend resume set clone migrate template unlock snapshot rollback ' +
        'delsnapshot resize move-disk move_disk disk importdisk importovf import sendkey guest agent cloudinit rescan unlink',
    ),
    deny: list('monitor terminal vncproxy mtunnel nbdstop'),
  },
  {
    programs: ['pct'],
    effect: 'guest',
    ask: list('list config status pending listsnapshot df cpusets'),
    record: list(
      'create destroy start stop shutdown reboot suspend resume set clone migrate restore template unlock snapshot ' +
        'rollback delsnapshot resize move-volume fstrim rescan',
    ),
    // Their answer is what the rest of the script goes by, and there is no guest to give it.
    deny: list('exec enter push pull console mount unmount fsck'),
  },
  {
    programs: list('pvesh'),
    effect: 'cluster',
    ask: list('get ls usage'),
    record: list('create set delete'),
  },
  {
    programs: list('pveum'),
    effect: 'cluster',
    ask: ['user list', 'group list', 'role list', 'acl list', 'realm list', 'user permissions'],
    record: list(
      'user group role acl realm passwd useradd usermod userdel groupadd aclmod acldel ticket pool',
    ),
  },
  {
    programs: list('pvesm pvesr'),
    effect: 'storage',
    ask: list('status list path scan nfsscan lvmscan zfsscan cifsscan'),
    record: list(
      'add set remove alloc free apiinfo export import prune-backups enable disable run create-local-job',
    ),
  },
  {
    programs: list(
      'pvecm ha-manager pveceph ceph pvenode pvesubscription pve-firewall pmxcfs vzdump qmrestore pvescheduler pve7to8 pve8to9 pveam',
    ),
    effect: 'cluster',
    ask: list('status nodes config get list available localnet compile crm-command df health'),
    record: list(
      'add remove set updatecerts expected start stop restart migrate relocate update download acme cert',
    ),
    deny: list('create delnode addnode init purge'),
  },
  {
    programs: list('ip bridge'),
    effect: 'network',
    bare: 'ask',
  },
  {
    programs: list(
      'ifup ifdown ifreload ifquery ifconfig route brctl ethtool tc nft iptables ip6tables iptables-restore ip6tables-restore ebtables ipset ovs-vsctl ovs-ofctl wg wg-quick dhclient nmcli resolvectl',
    ),
    effect: 'network',
    ask: list('show list --list -L -S --state --check --query status'),
    record: list('-a -A -D -I -F add del set up down add-br del-br add-port del-port'),
  },
  {
    programs: ['sysctl'],
    effect: 'kernel',
    bare: 'inside',
  },
  {
    programs: list('modprobe insmod rmmod depmod kmod update-initramfs dracut'),
    effect: 'kernel',
    inside: list('-n --dry-run --show-depends -V --version list'),
    bare: 'record',
  },
  {
    programs: list(
      'update-grub update-grub2 grub-install grub-mkconfig grub-reboot grub-set-default proxmox-boot-tool pve-efiboot-tool efibootmgr bootctl',
    ),
    effect: 'boot',
    ask: list('status kernel list'),
    record: list('refresh reinit clean'),
    deny: list('format init'),
    bare: 'record',
  },
  {
    programs: list('zpool'),
    effect: 'storage',
    ask: list('list status get history iostat events version'),
    record: list(
      'set upgrade scrub trim online offline clear add attach replace reguid initialize export import',
    ),
    deny: list('create destroy labelclear remove detach split'),
  },
  {
    programs: list('zfs'),
    effect: 'storage',
    ask: list('list get diff version holds'),
    record: list(
      'set inherit create snapshot rename mount unmount share unshare clone promote hold release allow unallow upgrade destroy rollback',
    ),
    deny: list('send receive recv'),
  },
  {
    programs: list(
      'lvcreate lvremove lvextend lvresize lvreduce lvchange lvconvert vgcreate vgremove vgextend vgchange pvcreate pvremove pvresize dmsetup mdadm swapon swapoff cryptsetup fstrim blockdev',
    ),
    effect: 'storage',
    bare: 'record',
  },
  // What is written below the place afterwards would be taken for a change of the folder there.
  { programs: list('mount umount losetup'), effect: 'storage' },
  {
    programs: list(
      'mkfs mkfs.ext4 mke2fs mkfs.xfs mkfs.btrfs mkfs.vfat mkswap wipefs sgdisk fdisk sfdisk parted blkdiscard hdparm nvme resize2fs tune2fs',
    ),
    effect: 'storage',
    // On a file they do what they do anywhere; decide.ts refuses them a device, of which there is none inside.
    bare: 'inside',
  },
  { programs: list('whiptail dialog'), effect: 'dialog', bare: 'dialog' },
];

/** Every name that has a row. */
export const shimmedPrograms: readonly string[] = shimTable.flatMap(({ programs }) => programs);
