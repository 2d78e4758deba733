import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { codeOf } from '../error-code.ts';
import type { BytePath, ChangeSet } from './change.ts';
import type { Mount } from './host-tree.ts';
import { namesIn } from './names-in.ts';
import { ChangeRows } from './parse-changes.ts';
import { writeWhole } from './seal.ts';
import { syncFolder } from './sync-folder.ts';

/**
 * A change set being carried out, as it stands in the journal before the first change: everything that is needed to take
 * it back. `inodes`: of the entry that was staged for each change, null where none was.
 */
export type Transaction = {
  readonly id: string;
  readonly digest: string;
  readonly mounts: readonly Mount[];
  readonly changes: ChangeSet;
  readonly inodes: readonly (string | null)[];
};

const TransactionRow = z.strictObject({
  id: z.string(),
  digest: z.string(),
  mounts: z.array(z.strictObject({ path: z.string(), profile: z.enum(['posix', 'pmxcfs']) })),
  changes: ChangeRows,
  inodes: z.array(z.string().nullable()),
});

/** What may follow `prepared`, as empty files; the last one in this order is the state. */
const MARKS = ['committed', 'undoing', 'undone'] as const;
export type Mark = (typeof MARKS)[number];

/** `staging`: nothing of the host was touched yet. `undone`: nothing of it is in force, save what was left. */
export type State = 'staging' | 'prepared' | Mark;

/** The folder of one transaction in the journal folder. */
export const folderOf = (journal: string, id: string): string => join(journal, id);

/** Begins a transaction: its folder, for the owner only. Throws EEXIST where the id was used. */
export const beginTransaction = (journal: string, id: string): void => {
  mkdirSync(journal, { recursive: true, mode: 0o700 });
  mkdirSync(folderOf(journal, id), { mode: 0o700 });
  syncFolder(journal);
};

/** Puts the transaction on disk; from here on a killed run is taken back. */
export const prepare = (journal: string, transaction: Transaction): void => {
  const folder = folderOf(journal, transaction.id);
  writeWhole(join(folder, 'prepared.json'), JSON.stringify(transaction));
  syncFolder(folder);
};

/** Puts a mark on disk. */
export const mark = (journal: string, id: string, name: Mark): void => {
  const folder = folderOf(journal, id);
  writeFileSync(join(folder, name), '');
  syncFolder(folder);
};

/** Takes a mark away that may not have reached the disk. */
export const unmark = (journal: string, id: string, name: Mark): void => {
  rmSync(join(folderOf(journal, id), name), { force: true });
};

/** What a killed removal left. */
const GONE = '.gone';

/** The transactions of the journal, by id; what a killed removal left is removed. */
export const transactionsIn = (journal: string): readonly string[] => {
  const names = namesIn(journal);
  for (const name of names.filter((each) => each.endsWith(GONE)))
    rmSync(join(journal, name), { recursive: true, force: true });
  return names.filter((each) => !each.endsWith(GONE));
};

/** How far a transaction is; undefined where there is none of that id. */
export const stateOf = (journal: string, id: string): State | undefined => {
  if (!namesIn(journal).includes(id)) return undefined;
  const names = namesIn(folderOf(journal, id));
  const last = MARKS.findLast((name) => names.includes(name));
  return last ?? (names.includes('prepared.json') ? 'prepared' : 'staging');
};

/** Reads a transaction that was prepared. */
export const readTransaction = (journal: string, id: string): Transaction =>
  TransactionRow.parse(JSON.parse(readFileSync(join(folderOf(journal, id), 'prepared.json'), 'utf8')));

const Left = z.array(z.string());

/** Remembers which paths could not be put back, before the transaction is marked undone. */
export const rememberLeft = (journal: string, id: string, left: readonly BytePath[]): void => {
  if (left.length > 0) writeWhole(join(folderOf(journal, id), 'left.json'), JSON.stringify(left));
};

/** The paths that could not be put back. */
export const leftBy = (journal: string, id: string): readonly BytePath[] => {
  const folder = folderOf(journal, id);
  if (!namesIn(folder).includes('left.json')) return [];
  return Left.parse(JSON.parse(readFileSync(join(folder, 'left.json'), 'utf8')));
};

/** Forgets a transaction. In one rename first, so that a killed removal does not look like one half done. */
export const forgetTransaction = (journal: string, id: string): void => {
  const folder = folderOf(journal, id);
  try {
    renameSync(folder, `${folder}${GONE}`);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  rmSync(`${folder}${GONE}`, { recursive: true, force: true });
};
