import type { ScriptLabel } from '#policies/script-label';

/** Commands that have a label by their name, or by their name and one of their words. */
export type CommandLabel = {
  readonly label: ScriptLabel;
  readonly names: readonly string[];
  /** Any of these words makes it so; without the list the name does. */
  readonly words?: readonly string[];
};

/** One row a family of commands; a command may be in several. */
export const COMMAND_LABELS: readonly CommandLabel[] = [
  {
    label: 'wipes-disk',
    names: ['wipefs', 'sgdisk', 'sfdisk', 'fdisk', 'gdisk', 'parted', 'blkdiscard', 'badblocks', 'shred'],
  },
  { label: 'wipes-disk', names: ['cryptsetup'], words: ['luksFormat', 'erase', 'luksErase'] },
  { label: 'wipes-disk', names: ['pvcreate', 'mkswap', 'hdparm', 'nvme'] },
  { label: 'destroys-storage', names: ['zpool', 'zfs'], words: ['destroy', 'labelclear', 'rollback'] },
  { label: 'destroys-storage', names: ['lvremove', 'vgremove', 'pvremove', 'lvreduce'] },
  { label: 'destroys-storage', names: ['mdadm'], words: ['--zero-superblock', '--stop', '-S'] },
  { label: 'destroys-storage', names: ['ceph-volume', 'pveceph'], words: ['zap', 'destroy', 'purge'] },
  { label: 'destroys-storage', names: ['pvesm'], words: ['free', 'remove'] },
  { label: 'destroys-guest', names: ['qm', 'pct'], words: ['destroy', 'rollback', 'delsnapshot'] },
  { label: 'guest', names: ['qm', 'pct', 'qmrestore', 'vzdump', 'qm-import-disk'] },
  {
    label: 'storage',
    names: ['pvesm', 'zpool', 'zfs', 'lvcreate', 'lvextend', 'vgcreate', 'mount', 'umount'],
  },
  { label: 'storage', names: ['mdadm', 'resize2fs', 'xfs_growfs', 'swapoff', 'swapon', 'pveceph'] },
  { label: 'cluster', names: ['pvecm', 'corosync', 'corosync-cfgtool', 'pmxcfs', 'ha-manager'] },
  { label: 'cluster', names: ['pvesh'], words: ['create', 'set', 'delete'] },
  {
    label: 'network',
    names: ['ifup', 'ifdown', 'ifreload', 'brctl', 'bridge', 'ovs-vsctl', 'ethtool', 'dhclient', 'nmcli'],
  },
  { label: 'network', names: ['ip'], words: ['add', 'del', 'delete', 'set', 'flush', 'replace', 'change'] },
  { label: 'network', names: ['ifconfig', 'route'], words: ['up', 'down', 'add', 'del'] },
  {
    label: 'firewall',
    names: ['iptables', 'ip6tables', 'nft', 'ebtables', 'ufw', 'pve-firewall', 'iptables-restore'],
  },
  {
    label: 'access',
    names: ['useradd', 'userdel', 'usermod', 'groupadd', 'groupmod', 'groupdel', 'adduser', 'deluser'],
  },
  { label: 'access', names: ['passwd', 'chpasswd', 'visudo', 'gpasswd', 'chage', 'ssh-copy-id', 'pveum'] },
  { label: 'access', names: ['setcap', 'setfacl', 'chattr'] },
  { label: 'apt-trust', names: ['apt-key', 'add-apt-repository'] },
  {
    label: 'apt-trust',
    names: ['apt', 'apt-get', 'aptitude'],
    words: ['--allow-unauthenticated', '--allow-insecure-repositories', '--force-yes', '--allow-downgrades'],
  },
  { label: 'packages', names: ['apt', 'apt-get', 'aptitude', 'dpkg', 'dpkg-divert', 'dpkg-reconfigure'] },
  { label: 'packages', names: ['pip', 'pip3', 'npm', 'gem', 'cargo', 'snap', 'flatpak', 'pveam'] },
  {
    label: 'kernel',
    names: ['modprobe', 'rmmod', 'insmod', 'sysctl', 'update-grub', 'grub-install', 'grub-mkconfig'],
  },
  {
    label: 'kernel',
    names: ['update-initramfs', 'proxmox-boot-tool', 'pve-efiboot-tool', 'efibootmgr', 'kexec', 'dkms'],
  },
  { label: 'power', names: ['reboot', 'shutdown', 'poweroff', 'halt', 'telinit', 'init', 'rtcwake'] },
  { label: 'power', names: ['systemctl'], words: ['reboot', 'poweroff', 'halt', 'kexec', 'suspend'] },
  {
    label: 'units',
    names: ['systemctl', 'service', 'invoke-rc.d', 'update-rc.d', 'systemd-run', 'timedatectl'],
  },
  { label: 'schedule', names: ['crontab', 'at', 'batch'] },
  { label: 'fetches', names: ['curl', 'wget', 'git', 'aria2c', 'rsync', 'ftp', 'svn'] },
  {
    label: 'sends-data',
    names: ['scp', 'sftp', 'nc', 'ncat', 'netcat', 'socat', 'telnet', 'sendmail', 'mail'],
  },
  {
    label: 'sends-data',
    names: ['curl'],
    words: ['-d', '--data', '--data-binary', '--data-raw', '-F', '--form', '-T', '--upload-file', '--json'],
  },
  {
    label: 'sends-data',
    names: ['wget'],
    words: ['--post-data', '--post-file', '--body-data', '--body-file'],
  },
  { label: 'sends-data', names: ['ssh'] },
  { label: 'goes-on-in-background', names: ['disown', 'screen', 'tmux', 'daemonize', 'start-stop-daemon'] },
  { label: 'asks', names: ['whiptail', 'dialog', 'read', 'select'] },
];
