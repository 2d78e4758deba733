import Database from 'better-sqlite3';

/** pmxcfs's own words (pve-cluster, database.c). */
const TABLE = `CREATE TABLE IF NOT EXISTS tree (
  inode INTEGER PRIMARY KEY NOT NULL,
  parent INTEGER NOT NULL CHECK(typeof(parent)=='integer'),
  version INTEGER NOT NULL CHECK(typeof(version)=='integer'),
  writer INTEGER NOT NULL CHECK(typeof(writer)=='integer'),
  mtime INTEGER NOT NULL CHECK(typeof(mtime)=='integer'),
  type INTEGER NOT NULL CHECK(typeof(type)=='integer'),
  name TEXT NOT NULL,
  data BLOB);`;

/** DT_* of dirent.h. */
export const TYPE = { directory: 4, file: 8, link: 10 } as const;

/** A row of the table; names as bytes, each one character. */
export type Entry = {
  readonly inode: number;
  readonly parent: number;
  readonly version: number;
  readonly mtime: number;
  readonly type: number;
  readonly name: string;
  readonly data: Buffer;
};

type Row = Omit<Entry, 'name'> & { readonly name: Buffer };

/** The tree of a pmxcfs; every change is in its database before it is answered. */
export type Tree = {
  readonly at: (inode: number) => Entry | undefined;
  readonly find: (parent: number, name: string) => Entry | undefined;
  readonly list: (parent: number) => readonly Entry[];
  readonly add: (parent: number, name: string, type: number) => Entry;
  readonly write: (inode: number, data: Buffer) => void;
  /** Puts an entry elsewhere, in the place of what is there. */
  readonly move: (inode: number, parent: number, name: string) => void;
  readonly remove: (inode: number) => void;
  readonly pathOf: (inode: number) => string;
};

const COLUMNS = 'inode, parent, version, mtime, type, CAST(name AS BLOB) AS name, data';

/** Opens the database, or makes one. `now` in seconds since 1970. */
export const openTree = (file: string, now: () => number): Tree => {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.exec(TABLE);
  const [count, some, all] = ['inode = 0', 'inode = ?', 'inode <> 0'].map((where) =>
    db.prepare<[number] | [], Row>(`SELECT ${COLUMNS} FROM tree WHERE ${where}`),
  ) as [Database.Statement<[], Row>, Database.Statement<[number], Row>, Database.Statement<[], Row>]; // one for each of the three
  const put = db.prepare(
    'INSERT OR REPLACE INTO tree VALUES (@inode, @parent, @version, 0, @mtime, @type, CAST(@name AS TEXT), @data)',
  );
  const drop = db.prepare('DELETE FROM tree WHERE inode = ?');
  const entryOf = (row: Row | undefined): Entry | undefined =>
    row && { ...row, name: row.name.toString('latin1'), data: row.data ?? Buffer.alloc(0) };
  const rowOf = (entry: Entry): Row => ({ ...entry, name: Buffer.from(entry.name, 'latin1') });
  const next = (): number => {
    const version = (count.get()?.version ?? 0) + 1;
    const name = Buffer.from('__version__');
    put.run({ inode: 0, parent: 0, version, mtime: now(), type: TYPE.file, name, data: null });
    return version;
  };
  const change = <T>(work: (version: number) => T): T => db.transaction(() => work(next()))();

  const at: Tree['at'] = (inode) => (inode === 0 ? undefined : entryOf(some.get(inode)));
  const list: Tree['list'] = (parent) =>
    all.all().flatMap((row) => (row.parent === parent ? (entryOf(row) ?? []) : []));
  const find: Tree['find'] = (parent, name) => list(parent).find((entry) => entry.name === name);
  const pathOf: Tree['pathOf'] = (inode) => {
    const entry = at(inode);
    return entry ? `${pathOf(entry.parent)}/${entry.name}` : '';
  };
  return {
    at,
    list,
    find,
    pathOf,
    add: (parent, name, type) =>
      change((version) => {
        const entry = { inode: version, parent, version, mtime: now(), type, name, data: Buffer.alloc(0) };
        put.run(rowOf(entry));
        return entry;
      }),
    write: (inode, data) =>
      change((version) => {
        const entry = at(inode);
        if (entry) put.run(rowOf({ ...entry, version, mtime: now(), data }));
      }),
    move: (inode, parent, name) =>
      change((version) => {
        const [entry, there] = [at(inode), find(parent, name)];
        if (there && there.inode !== inode) drop.run(there.inode);
        if (entry) put.run(rowOf({ ...entry, version, mtime: now(), parent, name }));
      }),
    remove: (inode) => change(() => drop.run(inode)),
  };
};
