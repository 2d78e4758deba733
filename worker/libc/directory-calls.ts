import { constants } from 'node:fs';
import { cString, libc } from './libc.ts';

/** A name in an open directory; the name is bytes, each one character. */
export type Entry = { readonly fd: number; readonly name: string };

/** Flags of renameat2(2). */
const RENAME = { noReplace: 1, exchange: 2 } as const;

/** Renames inside one file system: never over something (`noReplace`), or both places swapped (`exchange`). */
export const renameEntry = (from: Entry, to: Entry, how: keyof typeof RENAME): void => {
  libc('renameat2', from.fd, cString(from.name), to.fd, cString(to.name), RENAME[how]);
};

/** SYS_openat2 has the same number on every architecture (openat2(2), Linux 5.6). */
const OPENAT2 = 437;
const O_CLOEXEC = 0o2000000;

/** NO_XDEV, NO_MAGICLINKS, NO_SYMLINKS, BENEATH of linux/openat2.h. */
const RESOLVE = 0x01 | 0x02 | 0x04 | 0x08;

/**
 * Opens a directory below another one: no symbolic link on the way, no other mount, nothing outside. Throws LibcError
 * ELOOP, EXDEV, ENOENT or ENOTDIR. The caller closes what it is given.
 */
export const openBeneath = (fd: number, path: string): number => {
  const how = Buffer.alloc(24);
  how.writeBigUInt64LE(BigInt(constants.O_RDONLY | constants.O_DIRECTORY | O_CLOEXEC), 0);
  how.writeBigUInt64LE(BigInt(RESOLVE), 16);
  return libc('syscall', OPENAT2, fd, cString(path), how, how.length);
};

/** Where Node's `fs` finds an entry of an open directory, whatever the directory is called by now. */
export const pathOf = ({ fd, name }: Entry): Buffer => Buffer.from(`/proc/self/fd/${fd}/${name}`, 'latin1');

const AT_SYMLINK_NOFOLLOW = 0x100;
/** STATX_ATTR_IMMUTABLE and STATX_ATTR_APPEND (statx(2)); the attributes stand 8 bytes into the answer of 256. */
const FIXED = 0x10 | 0x20;

/** True for an entry with `chattr +i` or `+a`, which no rename may touch. Throws LibcError ENOENT where there is none. */
export const isImmutable = ({ fd, name }: Entry): boolean => {
  const answer = Buffer.alloc(256);
  libc('statx', fd, cString(name), AT_SYMLINK_NOFOLLOW, 0, answer);
  return (answer.readUInt32LE(8) & FIXED) !== 0;
};
