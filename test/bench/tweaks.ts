import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file with its content that both ways put there. */
const DROP_INS: Readonly<Record<string, string>> = {
  'etc/sysctl.d/90-node.conf': 'vm.swappiness = 10\nfs.inotify.max_user_watches = 1048576\n',
  'etc/systemd/journald.conf.d/90-size.conf': '[Journal]\nSystemMaxUse=64M\nRuntimeMaxUse=60M\n',
  'etc/apt/apt.conf.d/99-languages': 'Acquire::Languages "none";\n',
  'etc/apt/apt.conf.d/99-force-ipv4': 'Acquire::ForceIPv4 "true";\n',
  'etc/security/limits.d/99-nofile.conf': '* soft nofile 256000\n* hard nofile 1024000\n',
  'etc/modprobe.d/kvm.conf': 'options kvm ignore_msrs=Y\n',
};

const BEFORE: Readonly<Record<string, string>> = {
  'etc/logrotate.conf': 'weekly\nrotate 4\ncreate\n#compress\n',
  'etc/vzdump.conf': '#bwlimit: KBPS\n#ionice: PRI\n',
  'etc/default/grub': 'GRUB_DEFAULT=0\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\n',
  'etc/motd': 'Welcome.\n',
  'etc/crontab': '17 * * * * root true\n',
};

const NEW_FOLDERS = ['etc/sysctl.d', 'etc/systemd/journald.conf.d', 'etc/apt/apt.conf.d'];
const FOLDERS = [...NEW_FOLDERS, 'etc/security/limits.d', 'etc/modprobe.d', 'etc/default', 'var/log'];

/** Makes, or makes new, the small tree that is tweaked. */
export const layTree = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true });
  for (const each of FOLDERS) mkdirSync(join(folder, each), { recursive: true });
  for (const [path, text] of Object.entries(BEFORE)) writeFileSync(join(folder, path), text);
};

const dropIn = ([path, text]: readonly [string, string]): string => `cat > ${path} <<'END'\n${text}END`;

/** Thirteen tweaks of a node as people write them in a script: six new files, three edits, a removal, a mode, a link, a folder. */
export const tweaksScript = (folder: string): string =>
  [
    'set -e',
    `cd ${folder}`,
    ...Object.entries(DROP_INS).map(dropIn),
    "sed -i 's/^#compress/compress/' etc/logrotate.conf",
    "sed -i 's/^#bwlimit: .*/bwlimit: 100000/' etc/vzdump.conf",
    `sed -i 's/="quiet"/="quiet iommu=pt"/' etc/default/grub`,
    'rm -f etc/motd',
    'chmod 600 etc/crontab',
    'ln -sfn /usr/share/zoneinfo/Etc/UTC etc/localtime',
    'mkdir -p -m 2755 var/log/journal',
    '',
  ].join('\n');

/** How many they are. */
export const TWEAKS = 13;

type Task = Readonly<Record<string, unknown>>;

const tasks = (folder: string): readonly Task[] => {
  const at = (path: string): string => join(folder, path);
  const replace = (path: string, regexp: string, by: string): Task => ({
    replace: { path: at(path), regexp, replace: by },
  });
  return [
    ...Object.entries(DROP_INS).map(([path, content]) => ({ copy: { dest: at(path), content } })),
    replace('etc/logrotate.conf', '^#compress', 'compress'),
    replace('etc/vzdump.conf', '^#bwlimit: .*', 'bwlimit: 100000'),
    replace('etc/default/grub', '="quiet"', '="quiet iommu=pt"'),
    { file: { path: at('etc/motd'), state: 'absent' } },
    { file: { path: at('etc/crontab'), mode: '0600' } },
    {
      file: { src: '/usr/share/zoneinfo/Etc/UTC', dest: at('etc/localtime'), state: 'link', force: true },
    },
    { file: { path: at('var/log/journal'), state: 'directory', mode: '2755' } },
  ];
};

/** The same thirteen as a playbook for this machine; JSON is YAML. */
export const tweaksPlaybook = (folder: string, gatherFacts: boolean): string =>
  JSON.stringify([
    { hosts: 'localhost', connection: 'local', gather_facts: gatherFacts, tasks: tasks(folder) },
  ]);

/** Writes one of them to a file and gives its path. */
export const writeTo = (path: string, text: string): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
};
