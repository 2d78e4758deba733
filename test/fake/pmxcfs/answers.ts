import { constants } from 'node:os';
import { type Entry, type Tree, TYPE } from './tree.ts';
import {
  type Asked,
  type Attributes,
  attributesAnswer,
  entryAnswer,
  initAnswer,
  listAnswer,
  namesOf,
  type Operation,
  opened,
  writtenAnswer,
} from './wire.ts';

const { EACCES, EEXIST, EFBIG, EISDIR, ENOENT, ENOTEMPTY, EPERM } = constants.errno;

/** Largest file, in bytes (memdb.h). */
const LARGEST = 1024 * 1024;

/** www-data of Debian's base-passwd. */
const WWW_DATA = 33;

/** Numbers of what is in no table: far above any version. */
const SPECIAL = 2 ** 40;

const S_IFMT: Readonly<Record<number, number>> = {
  [TYPE.directory]: 0o040000,
  [TYPE.file]: 0o100000,
  [TYPE.link]: 0o120000,
};

/** What pmxcfs shows beside its tree: files that it makes up, and links to the node's own folder. */
const specials = (nodename: string): readonly Entry[] =>
  [
    { name: '.members', type: TYPE.file, text: JSON.stringify({ nodename, version: 0 }) },
    { name: 'local', type: TYPE.link, text: `nodes/${nodename}` },
  ].map(({ name, type, text }, index) => ({
    inode: SPECIAL + index,
    parent: 0,
    version: 0,
    mtime: 0,
    type,
    name,
    data: Buffer.from(text),
  }));

/** Only root may look there. */
const isPrivate = (path: string): boolean => /^\/(priv|nodes\/[^/]+\/priv)(\/|$)/.test(path);

type Answer = (asked: Asked) => number | Buffer | null;

/** How a pmxcfs answers the kernel: an errno, what was asked for, or nothing where none is waited for. */
export const answersOf = (tree: Tree, nodename: string): { readonly [O in Operation]: Answer } => {
  const made = specials(nodename);
  const at = (node: number): Entry | undefined =>
    made.find(({ inode }) => inode === node - 1) ?? tree.at(node - 1);
  const find = (parent: number, name: string): Entry | undefined =>
    (parent === 0 ? made.find((entry) => entry.name === name) : undefined) ?? tree.find(parent, name);
  const rootEntry = { inode: 0, parent: 0, version: 0, mtime: 0, type: TYPE.directory, name: '' };
  const entryAt = (node: number): Entry | undefined =>
    node === 1 ? { ...rootEntry, data: Buffer.alloc(0) } : at(node);

  const modeOf = ({ inode, type }: Entry): number => {
    if (inode >= SPECIAL) return type === TYPE.file ? 0o440 : 0o755;
    if (isPrivate(tree.pathOf(inode))) return type === TYPE.file ? 0o600 : 0o700;
    return type === TYPE.file ? 0o640 : 0o755;
  };
  const attributes = (entry: Entry): Attributes => ({
    node: entry.inode + 1,
    mode: (S_IFMT[entry.type] ?? 0) | modeOf(entry),
    size: entry.data.length,
    mtime: entry.mtime,
    gid: WWW_DATA,
    links: entry.type === TYPE.directory ? 2 : 1,
  });
  const add = ({ node }: Asked, name: string, type: number): Entry | number => {
    if (find(node - 1, name)) return EEXIST;
    return tree.add(node - 1, name, type);
  };
  const remove = ({ node }: Asked, name: string): number | Buffer => {
    const entry = tree.find(node - 1, name);
    if (!entry) return ENOENT;
    if (tree.list(entry.inode).length > 0) return ENOTEMPTY;
    tree.remove(entry.inode);
    return Buffer.alloc(0);
  };
  const write = (entry: Entry, data: Buffer): number | undefined => {
    if (data.length > LARGEST) return EFBIG;
    if (entry.inode >= SPECIAL) return EACCES;
    tree.write(entry.inode, data);
    return undefined;
  };

  /** Bits of `valid`: mode, owner, group, size; the times are taken and thrown away. */
  const setAttributes = (entry: Entry, body: Buffer): number | undefined => {
    const valid = body.readUInt32LE(0);
    const [mode, uid, gid] = [68, 76, 80].map((offset) => body.readUInt32LE(offset));
    const allowed = isPrivate(tree.pathOf(entry.inode)) ? 0o600 : 0o640;
    if ((valid & 1) !== 0 && ((mode ?? 0) & 0o7777) !== allowed) return EPERM;
    if ((valid & 2) !== 0 && uid !== 0) return EPERM;
    if ((valid & 4) !== 0 && gid !== WWW_DATA) return EPERM;
    if ((valid & 8) === 0) return undefined;
    const data = Buffer.alloc(Number(body.readBigUInt64LE(16)));
    entry.data.copy(data);
    return write(entry, data);
  };

  const found = (node: number, answer: (entry: Entry) => number | Buffer): number | Buffer => {
    const entry = entryAt(node);
    return entry ? answer(entry) : ENOENT;
  };
  const nothing = Buffer.alloc(0);
  return {
    init: ({ body }) => initAnswer(body),
    lookup: ({ node, body }) => {
      const entry = find(node - 1, namesOf(body)[0] ?? '');
      return entry ? entryAnswer(attributes(entry)) : ENOENT;
    },
    getattr: ({ node }) => found(node, (entry) => attributesAnswer(attributes(entry))),
    setattr: ({ node, body }) =>
      found(
        node,
        (entry) => setAttributes(entry, body) ?? attributesAnswer(attributes(entryAt(node) ?? entry)),
      ),
    readlink: ({ node }) => found(node, ({ data }) => data),
    mkdir: (asked) => {
      const entry = add(asked, namesOf(asked.body.subarray(8))[0] ?? '', TYPE.directory);
      return typeof entry === 'number' ? entry : entryAnswer(attributes(entry));
    },
    create: (asked) => {
      const entry = add(asked, namesOf(asked.body.subarray(16))[0] ?? '', TYPE.file);
      return typeof entry === 'number' ? entry : Buffer.concat([entryAnswer(attributes(entry)), opened]);
    },
    unlink: (asked) => remove(asked, namesOf(asked.body)[0] ?? ''),
    rmdir: (asked) => remove(asked, namesOf(asked.body)[0] ?? ''),
    rename: ({ node, body }) => {
      const [from = '', to = ''] = namesOf(body.subarray(8));
      const parent = Number(body.readBigUInt64LE(0)) - 1;
      const [entry, there] = [tree.find(node - 1, from), tree.find(parent, to)];
      if (!entry) return ENOENT;
      if (tree.list(entry.inode).length > 0) return ENOTEMPTY;
      if (there?.type === TYPE.directory && entry.type === TYPE.file) return EISDIR;
      tree.move(entry.inode, parent, to);
      return nothing;
    },
    open: ({ node }) => found(node, () => opened),
    read: ({ node, body }) =>
      found(node, ({ data }) => {
        const offset = Number(body.readBigUInt64LE(8));
        return data.subarray(offset, offset + body.readUInt32LE(16));
      }),
    write: ({ node, body }) =>
      found(node, (entry) => {
        const [offset, size] = [Number(body.readBigUInt64LE(8)), body.readUInt32LE(16)];
        const data = Buffer.alloc(Math.max(entry.data.length, offset + size));
        entry.data.copy(data);
        body.copy(data, offset, 40, 40 + size);
        return write(entry, data) ?? writtenAnswer(size);
      }),
    opendir: ({ node }) => found(node, () => opened),
    readdir: ({ node, body }) => {
      const all = [...(node === 1 ? made : []), ...tree.list(node - 1)];
      const names = all.map(({ name, inode, type }) => ({ name, node: inode + 1, type }));
      return listAnswer(names, Number(body.readBigUInt64LE(8)), body.readUInt32LE(16));
    },
    statfs: () => Buffer.alloc(80),
    release: () => nothing,
    releasedir: () => nothing,
    flush: () => nothing,
    forget: () => null,
    batchForget: () => null,
    interrupt: () => null,
    destroy: () => nothing,
  };
};
