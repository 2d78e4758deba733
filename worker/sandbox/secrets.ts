import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf } from '../error-code.ts';

/** Key material of a node that no script has business with: folders, and files by pattern. */
export const FOLDERS = [
  '/etc/pve/priv',
  '/etc/ssl/private',
  '/var/lib/pve-cluster',
  '/root/.gnupg',
  '/etc/wireguard',
];
const FILES: readonly { readonly folder: string; readonly name: RegExp }[] = [
  { folder: '/etc/ssh', name: /^ssh_host_.*_key$/ },
  { folder: '/root/.ssh', name: /^(id_[a-z0-9_]+|.*\.pem)$/ },
  { folder: '/etc/corosync', name: /^authkey$/ },
  { folder: '/etc/pve/local', name: /^pve(proxy)?-ssl\.key$/ },
];

/** What is there of it below `root`; paths as the script would name them. */
export type Secrets = { readonly folders: readonly string[]; readonly files: readonly string[] };

const isFolder = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch (error) {
    // Below a FUSE file system whose process died, where nothing can be read by a script either.
    if (codeOf(error) === 'ENOTCONN') return false;
    throw error;
  }
};

/** `also` are folders or files of the caller's, such as Quorate's own state. */
export const findSecrets = (root: string, also: readonly string[] = []): Secrets => {
  const listed = FILES.flatMap(({ folder, name }) =>
    isFolder(join(root, folder))
      ? readdirSync(join(root, folder))
          .filter((each) => name.test(each))
          .map((each) => join(folder, each))
      : [],
  );
  const there = [...FOLDERS, ...also].filter((path) => existsSync(join(root, path)));
  const folders = there.filter((path) => isFolder(join(root, path)));
  return { folders, files: [...listed, ...there.filter((path) => !folders.includes(path))] };
};
