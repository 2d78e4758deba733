/** The wire of FUSE 7.31, as much of it as a file system of a tree needs (linux/fuse.h). All numbers are little-endian. */

/** Operations by their number. */
export const OPERATIONS = {
  1: 'lookup',
  2: 'forget',
  3: 'getattr',
  4: 'setattr',
  5: 'readlink',
  9: 'mkdir',
  10: 'unlink',
  11: 'rmdir',
  12: 'rename',
  14: 'open',
  15: 'read',
  16: 'write',
  17: 'statfs',
  18: 'release',
  25: 'flush',
  26: 'init',
  27: 'opendir',
  28: 'readdir',
  29: 'releasedir',
  35: 'create',
  36: 'interrupt',
  38: 'destroy',
  42: 'batchForget',
} as const satisfies Readonly<Record<number, string>>;

export type Operation = (typeof OPERATIONS)[keyof typeof OPERATIONS];

/** One thing that the kernel asks for; `body` is what follows the header. */
export type Asked = {
  readonly operation: Operation | undefined;
  readonly unique: bigint;
  readonly node: number;
  readonly body: Buffer;
};

const HEADER = 40;

const isKnown = (code: number): code is keyof typeof OPERATIONS => code in OPERATIONS;

export const readAsked = (bytes: Buffer): Asked => {
  const code = bytes.readUInt32LE(4);
  return {
    operation: isKnown(code) ? OPERATIONS[code] : undefined,
    unique: bytes.readBigUInt64LE(8),
    node: Number(bytes.readBigUInt64LE(16)),
    body: bytes.subarray(HEADER),
  };
};

/** An answer: an errno above 0, or what was asked for. */
export const answerOf = ({ unique }: Asked, answer: number | Buffer): Buffer => {
  const body = typeof answer === 'number' ? Buffer.alloc(0) : answer;
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + body.length, 0);
  header.writeInt32LE(typeof answer === 'number' ? -answer : 0, 4);
  header.writeBigUInt64LE(unique, 8);
  return Buffer.concat([header, body]);
};

/** The names at the end of a question, each with a NUL after it. */
export const namesOf = (bytes: Buffer): readonly string[] =>
  bytes.toString('latin1').split('\0').slice(0, -1);

/** What an entry is for stat(2). */
export type Attributes = {
  readonly node: number;
  readonly mode: number;
  readonly size: number;
  readonly mtime: number;
  readonly gid: number;
  readonly links: number;
};

const attributesOf = ({ node, mode, size, mtime, gid, links }: Attributes): Buffer => {
  const bytes = Buffer.alloc(88);
  for (const [index, value] of [node, size, Math.ceil(size / 512), mtime, mtime, mtime].entries())
    bytes.writeBigUInt64LE(BigInt(value), index * 8);
  for (const [index, value] of [0, 0, 0, mode, links, 0, gid, 0, 4096, 0].entries())
    bytes.writeUInt32LE(value, 48 + index * 4);
  return bytes;
};

/** Nothing is kept by the kernel: each look comes here. */
export const attributesAnswer = (attributes: Attributes): Buffer =>
  Buffer.concat([Buffer.alloc(16), attributesOf(attributes)]);

export const entryAnswer = (attributes: Attributes): Buffer => {
  const head = Buffer.alloc(40);
  head.writeBigUInt64LE(BigInt(attributes.node), 0);
  return Buffer.concat([head, attributesOf(attributes)]);
};

/** An open file without a handle of ours. */
export const opened = Buffer.alloc(16);

export const initAnswer = (body: Buffer): Buffer => {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(7, 0);
  bytes.writeUInt32LE(31, 4);
  bytes.writeUInt32LE(body.readUInt32LE(8), 8);
  // FUSE_BIG_WRITES, as pmxcfs mounts it.
  bytes.writeUInt32LE(1 << 5, 12);
  bytes.writeUInt32LE(128 * 1024, 20);
  return bytes;
};

export const writtenAnswer = (size: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(size, 0);
  return bytes;
};

/** Names of a folder from the one numbered `offset` on, as many as fit into `room` bytes. DT_* of dirent.h as types. */
export const listAnswer = (
  names: readonly { readonly name: string; readonly node: number; readonly type: number }[],
  offset: number,
  room: number,
): Buffer => {
  const entries: Buffer[] = [];
  let size = 0;
  for (const [index, { name, node, type }] of names.entries()) {
    if (index < offset) continue;
    const bytes = Buffer.alloc(24 + Math.ceil(name.length / 8) * 8);
    bytes.writeBigUInt64LE(BigInt(node), 0);
    bytes.writeBigUInt64LE(BigInt(index + 1), 8);
    bytes.writeUInt32LE(name.length, 16);
    bytes.writeUInt32LE(type, 20);
    bytes.write(name, 24, 'latin1');
    if (size + bytes.length > room) break;
    size += bytes.length;
    entries.push(bytes);
  }
  return Buffer.concat(entries);
};
