/** Files that belong to the host or its operator: a recipe may edit them, and never brings them whole. */
export const SHARED_FILES: readonly string[] = [
  '/etc/apt/sources.list',
  '/etc/apt/sources.list.d/ceph.list',
  '/etc/apt/sources.list.d/ceph.sources',
  '/etc/apt/sources.list.d/debian.sources',
  '/etc/apt/sources.list.d/proxmox.sources',
  '/etc/apt/sources.list.d/pve-enterprise.list',
  '/etc/apt/sources.list.d/pve-enterprise.sources',
  '/etc/bash.bashrc',
  '/etc/default/grub',
  '/etc/fstab',
  '/etc/group',
  '/etc/hosts',
  '/etc/kernel/cmdline',
  '/etc/logrotate.conf',
  '/etc/modprobe.d/blacklist.conf',
  '/etc/modules',
  '/etc/motd',
  '/etc/network/interfaces',
  '/etc/passwd',
  '/etc/profile',
  '/etc/resolv.conf',
  '/etc/security/limits.conf',
  '/etc/shadow',
  '/etc/ssh/sshd_config',
  '/etc/sudoers',
  '/etc/sysctl.conf',
  '/etc/systemd/journald.conf',
  '/etc/systemd/system.conf',
  '/etc/systemd/user.conf',
  '/etc/vzdump.conf',
  '/root/.bash_profile',
  '/root/.bashrc',
  '/root/.profile',
];

/** Folders in which no recipe has a file of its own: what says who may log in, the cluster's configuration, the programs. */
export const SHARED_FOLDERS: readonly string[] = ['/etc/pam.d', '/etc/pve', '/etc/corosync', '/usr', '/boot'];

/** Does this path belong to somebody else than a recipe? */
export const isShared = (path: string): boolean =>
  SHARED_FILES.includes(path) || SHARED_FOLDERS.some((folder) => path.startsWith(`${folder}/`));
