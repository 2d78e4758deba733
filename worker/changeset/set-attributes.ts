import { chmodSync, lchownSync } from 'node:fs';
import { readXattrs, writeXattr } from '../libc/file-calls.ts';
import type { Meta } from './change.ts';

/**
 * Gives an entry the owner, the extended attributes and the mode of `meta`, in this order: chown takes set-user-id bits
 * and capabilities away, and an ACL sets the group's bits. Throws what the system says.
 */
export const setAttributes = (at: Buffer, meta: Meta): void => {
  lchownSync(at, meta.uid, meta.gid);
  const now = readXattrs(at);
  for (const name of Object.keys(now)) if (!(name in meta.xattrs)) writeXattr(at, name, null);
  for (const [name, value] of Object.entries(meta.xattrs))
    if (now[name] !== value) writeXattr(at, name, value);
  if (meta.type !== 'symlink') chmodSync(at, meta.mode);
};
