import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** proc_sys(5): a key's dots are the folders of its file. Keys whose names hold a dot themselves are not for recipes. */
const pathOf = (root: string, key: string): string => join(root, 'proc/sys', ...key.split('.'));

/** Numbers of one value are parted by tabs when read and by blanks when people write them. */
export const plainSysctl = (text: string): string => text.trim().replace(/\s+/g, ' ');

/** A kernel setting as it is now; null where this kernel has none of that name, or nobody may read it. */
export const readSysctl = (root: string, key: string): string | null => {
  try {
    return plainSysctl(readFileSync(pathOf(root, key), 'utf8'));
  } catch {
    // ENOENT, EACCES, or EINVAL of settings that cannot be read: there is nothing to record, so nothing may be set.
    return null;
  }
};

/** Sets one. Throws where the kernel takes no such value. */
export const writeSysctl = (root: string, key: string, value: string): void => {
  // No O_CREAT: a name the kernel does not know is no new file.
  const file = openSync(pathOf(root, key), constants.O_WRONLY | constants.O_TRUNC);
  try {
    writeSync(file, `${value}\n`);
  } finally {
    closeSync(file);
  }
};
