import { declare, LibcError, lastError } from './libc.ts';

// https://man7.org/linux/man-pages/man2/sync.2.html
const syncfs = declare('int syncfs(int fd)');

/** Writes to disk all of the file system that an open file is on. */
export const syncFileSystem = (fd: number): void => {
  const done: unknown = syncfs(fd);
  if (done !== 0) throw new LibcError('syncfs', lastError(), `fd ${fd}`);
};
