import { constants } from 'node:fs';
import { cString, declare, LibcError, lastError } from './libc.ts';

// https://man7.org/linux/man-pages/man2/openat2.2.html; libc has no function of its own for it.
const syscall = declare('long syscall(long number, long folder, uint8_t *path, uint8_t *how, size_t size)');
const OPENAT2 = 437;

/** No step of the path leaves the folder, follows a link, or goes through /proc's magic ones. */
const RESOLVE = { NO_MAGICLINKS: 0x02, NO_SYMLINKS: 0x04, BENEATH: 0x08 };

const HOW = Buffer.alloc(24);
HOW.writeBigUInt64LE(
  BigInt(constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW | 0o2000000),
  0,
);
HOW.writeBigUInt64LE(BigInt(RESOLVE.NO_MAGICLINKS | RESOLVE.NO_SYMLINKS | RESOLVE.BENEATH), 16);

/**
 * Opens a folder by its path (bytes) below an open one, `.` for itself; the descriptor is the caller's to close. Throws a
 * LibcError: ELOOP where a step is a link, EXDEV where it leads out, ENOENT and ENOTDIR where there is no folder.
 */
export const openBeneath = (folder: number, path: string): number => {
  const opened: unknown = syscall(OPENAT2, folder, cString(path), HOW, HOW.length);
  const fd = Number(opened);
  if (fd < 0) throw new LibcError('openat2', lastError(), path);
  return fd;
};
