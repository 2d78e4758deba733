import { hash } from 'node:crypto';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { BytePath } from '../changeset/change.ts';
import { isSecret } from '../changeset/secret-path.ts';
import { PMXCFS } from './mount.ts';

/** Where pmxcfs keeps its tree; SQLite in WAL mode, so it can be read while it is written to (pve-cluster, database.c). */
export const CONFIG_DB = '/var/lib/pve-cluster/config.db';

/** An entry of the tree. `inode` stays with a rename; `version` is that of the whole tree at the entry's last write. */
export type Kept = {
  readonly inode: number;
  readonly type: 'directory' | 'file';
  readonly version: number;
  readonly data: Buffer;
};

/** Paths as the host names them below where pmxcfs is mounted: `/etc/pve/user.cfg` is `/user.cfg`. */
export type Tree = ReadonlyMap<BytePath, Kept>;

/** DT_DIR and DT_REG of dirent.h. The row of inode 0 is the counter of versions, and no entry. */
const TYPES = { 4: 'directory', 8: 'file' } as const;

const Row = z.object({
  inode: z.number(),
  parent: z.number(),
  version: z.number(),
  writer: z.number(),
  mtime: z.number(),
  type: z.literal([4, 8]),
  name: z.instanceof(Buffer),
  data: z.instanceof(Buffer).nullable(),
});
type Row = z.infer<typeof Row>;

const ROWS = 'SELECT inode, parent, version, writer, mtime, type, CAST(name AS BLOB) AS name, data FROM tree';

const rowsOf = (db: Database.Database): readonly Row[] => {
  const rows = readWith(z.array(Row), db.prepare(ROWS).all());
  if (!rows.success) throw rows.error;
  return rows.data;
};

/** Any error of the work is one of the file. */
const inTree = <T>(file: string, work: () => T): T => {
  try {
    return work();
  } catch (cause) {
    throw new Error(`${file} is no tree of pmxcfs that can be read`, { cause });
  }
};

/** The path of each row, by its inode. */
const pathsOf = (rows: readonly Row[]): ReadonlyMap<number, BytePath> => {
  const byInode = new Map(rows.map((row) => [row.inode, row] as const));
  const pathOf = (inode: number): BytePath => {
    const row = inode === 0 ? undefined : byInode.get(inode);
    return row ? `${pathOf(row.parent)}/${row.name.toString('latin1')}` : '';
  };
  return new Map(rows.map(({ inode }) => [inode, pathOf(inode)] as const));
};

const treeOf = (db: Database.Database): Tree => {
  const rows = rowsOf(db);
  const paths = pathsOf(rows);
  return new Map(
    rows
      .filter(({ inode }) => inode !== 0)
      .map(({ inode, type, version, data }) => [
        paths.get(inode) ?? '',
        { inode, type: TYPES[type], version, data: data ?? Buffer.alloc(0) },
      ]),
  );
};

/** All that a tree holds. Throws where the file is none. */
export const readTree = (file: string): Tree =>
  inTree(file, () => {
    const db = new Database(file, { fileMustExist: true });
    try {
      return treeOf(db);
    } finally {
      db.close();
    }
  });

const INSERT = `INSERT INTO tree (inode, parent, version, writer, mtime, type, name, data)
  VALUES (@inode, @parent, @version, @writer, @mtime, @type, CAST(@name AS TEXT), @data)`;

/** The table as the host's pmxcfs made it, so that its own program takes the copy. */
const tableOf = (db: Database.Database): string =>
  z.string().parse(db.prepare("SELECT sql FROM sqlite_master WHERE name = 'tree'").pluck().get());

/** What a file holds that the copy does not: `size` in bytes, `sha256` in hex. */
export type Emptied = { readonly size: number; readonly sha256: string };

const emptiedIn = (
  rows: readonly Row[],
  paths: ReadonlyMap<number, BytePath>,
): ReadonlyMap<BytePath, Emptied> =>
  new Map(
    rows.flatMap(({ inode, type, data }) => {
      const path = paths.get(inode) ?? '';
      if (TYPES[type] !== 'file' || !data?.length || !isSecret(PMXCFS + path)) return [];
      return [[path, { size: data.length, sha256: hash('sha256', data) }] as const];
    }),
  );

const fill = (host: Database.Database, copy: Database.Database): ReadonlyMap<BytePath, Emptied> => {
  copy.pragma('synchronous = OFF');
  copy.exec(tableOf(host));
  const rows = rowsOf(host);
  const paths = pathsOf(rows);
  const emptied = emptiedIn(rows, paths);
  const insert = copy.prepare(INSERT);
  copy.transaction(() => {
    for (const row of rows)
      insert.run(emptied.has(paths.get(row.inode) ?? '') ? { ...row, data: Buffer.alloc(0) } : row);
  })();
  return emptied;
};

/**
 * Copies the tree as it is at one moment, and gives the files of key material that are empty in the copy: what they hold
 * is never written to it. The host's own file is only read. Throws where it is no tree of pmxcfs.
 */
export const copyWithoutSecrets = (from: string, to: string): ReadonlyMap<BytePath, Emptied> =>
  inTree(from, () => {
    const [host, copy] = [new Database(from, { readonly: true, fileMustExist: true }), new Database(to)];
    try {
      return fill(host, copy);
    } finally {
      copy.close();
      host.close();
    }
  });
