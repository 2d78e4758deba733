import { cString, declare, LibcError, lastError } from './libc.ts';

// https://man7.org/linux/man-pages/man2/mknod.2.html
const mknod = declare('int mknod(uint8_t *path, unsigned int mode, uint64_t device)');

/** S_IFIFO and the like, by what Quorate calls them: inode(7). */
const TYPES = { fifo: 0o010000, character: 0o020000, block: 0o060000, socket: 0o140000 } as const;

type Special =
  | { readonly type: 'fifo' | 'socket' }
  | { readonly type: 'character' | 'block'; readonly rdev: number };

/** Makes a pipe, a socket or a device, open to nobody. */
export const makeNode = (path: string, node: Special): void => {
  const device = 'rdev' in node ? node.rdev : 0;
  const done: unknown = mknod(cString(path), TYPES[node.type] | 0o600, device);
  if (done !== 0) throw new LibcError('mknod', lastError(), path);
};
