import { cString, declare, LibcError, lastError } from './libc.ts';

// https://man7.org/linux/man-pages/man2/listxattr.2.html; none of these follows a link at the end.
const llistxattr = declare('long llistxattr(uint8_t *path, _Out_ uint8_t *list, size_t size)');
const lgetxattr = declare('long lgetxattr(uint8_t *path, uint8_t *name, _Out_ uint8_t *value, size_t size)');
const lsetxattr = declare(
  'int lsetxattr(uint8_t *path, uint8_t *name, uint8_t *value, size_t size, int flags)',
);
const lremovexattr = declare('int lremovexattr(uint8_t *path, uint8_t *name)');

/** XATTR_SIZE_MAX and XATTR_LIST_MAX of Linux, bytes. */
const LARGEST = 65_536;
const room = Buffer.alloc(LARGEST);

/** File systems without attributes, and sockets and pipes on some, say one of these. */
const NONE = ['ENOTSUP', 'EOPNOTSUPP', 'EPERM'];

/** Names of an entry's attributes; none where its file system has none. The path is bytes. */
export const xattrNames = (path: string): readonly string[] => {
  const size = Number(llistxattr(cString(path), room, LARGEST));
  if (size >= 0)
    return room
      .toString('latin1', 0, size)
      .split('\0')
      .filter((name) => name !== '');
  const code = lastError();
  if (NONE.includes(code)) return [];
  throw new LibcError('llistxattr', code, path);
};

/** One attribute's value in base64; null where it is not set. */
export const xattr = (path: string, name: string): string | null => {
  const size = Number(lgetxattr(cString(path), cString(name), room, LARGEST));
  if (size >= 0) return room.toString('base64', 0, size);
  const code = lastError();
  if (code === 'ENODATA' || NONE.includes(code)) return null;
  throw new LibcError('lgetxattr', code, path);
};

/** Sets an attribute to a value in base64. */
export const setXattr = (path: string, name: string, value: string): void => {
  const bytes = Buffer.from(value, 'base64');
  const done: unknown = lsetxattr(cString(path), cString(name), bytes, bytes.length, 0);
  if (done !== 0) throw new LibcError('lsetxattr', lastError(), `${path} ${name}`);
};

/** Removes an attribute. */
export const removeXattr = (path: string, name: string): void => {
  const done: unknown = lremovexattr(cString(path), cString(name));
  if (done !== 0) throw new LibcError('lremovexattr', lastError(), `${path} ${name}`);
};
