import {
  chmodSync,
  chownSync,
  constants,
  copyFileSync,
  lchownSync,
  linkSync,
  mkdirSync,
  symlinkSync,
} from 'node:fs';
import { makeNode } from '../libc/make-node.ts';
import { removeXattr, setXattr, xattrNames } from '../libc/xattr.ts';
import type { BytePath, Meta } from './change.ts';
import { bytesOf } from './meta.ts';

/** Where the content of a file with this sha256 lies. */
export type Content = (sha256: string) => string;

const make = (slot: BytePath, meta: Meta, content: Content): void => {
  if (meta.type === 'file') {
    copyFileSync(content(meta.sha256), bytesOf(slot), constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } else if (meta.type === 'directory') mkdirSync(bytesOf(slot), 0o700);
  else if (meta.type === 'symlink') symlinkSync(bytesOf(meta.target), bytesOf(slot));
  else makeNode(slot, meta);
};

/** Sets owner, mode and attributes. The owner first: chown clears the set-user-id bits and the capabilities of a file. */
export const dress = (path: BytePath, meta: Meta): void => {
  if (meta.type === 'symlink') lchownSync(bytesOf(path), meta.uid, meta.gid);
  else {
    chownSync(bytesOf(path), meta.uid, meta.gid);
    chmodSync(bytesOf(path), meta.mode);
  }
  for (const name of xattrNames(path)) if (!Object.hasOwn(meta.xattrs, name)) removeXattr(path, name);
  for (const [name, value] of Object.entries(meta.xattrs)) setXattr(path, name, value);
};

/** Makes an entry whole in a slot that is free; `twin` is the slot of the file that it is another name of. */
export const stage = (slot: BytePath, meta: Meta, content: Content, twin: BytePath | undefined): void => {
  if (twin !== undefined) return linkSync(bytesOf(twin), bytesOf(slot));
  make(slot, meta, content);
  dress(slot, meta);
};
