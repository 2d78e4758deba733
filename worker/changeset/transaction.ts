import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * One application of a change set, on disk before each of its stages. `begun`: entries are being staged; `prepared`: the
 * renames may have begun; `committed`: all are done; `undoing`: they are being taken back; `undone`: nothing is left of it.
 * `stagings` are the folders, one for each file system, that hold new entries before and displaced ones after. `slots` say
 * by inode what is where: those of a change's new and of its old entry, null where there is none to move.
 */
const Transaction = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  digest: z.string(),
  root: z.string(),
  state: z.enum(['begun', 'prepared', 'committed', 'undoing', 'undone']),
  stagings: z.array(z.string()),
  slots: z.array(
    z.strictObject({ staging: z.int().min(0), fresh: z.int().nullable(), old: z.int().nullable() }),
  ),
});
export type Transaction = z.infer<typeof Transaction>;

const FILE = 'transaction.json';

const synced = (path: string, flags: string, write: (file: number) => void): void => {
  const file = openSync(path, flags, 0o600);
  try {
    write(file);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** Puts a transaction on disk; when this returns it is there, also after a power cut. */
export const record = (folder: string, transaction: Transaction): void => {
  const own = join(folder, transaction.id);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  const draft = join(own, `${FILE}.draft`);
  synced(draft, 'w', (file) => writeFileSync(file, JSON.stringify(transaction)));
  renameSync(draft, join(own, FILE));
  for (const path of [own, folder]) synced(path, 'r', () => undefined);
};

/** A transaction that is on record; null where none of this id is. */
export const recorded = (folder: string, id: string): Transaction | null => {
  const path = join(folder, id, FILE);
  return existsSync(path) ? Transaction.parse(JSON.parse(readFileSync(path, 'utf8'))) : null;
};

/** Those that are on record, in the order of their ids. */
export const allRecorded = (folder: string): readonly Transaction[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .flatMap((id) => recorded(folder, id) ?? [])
    : [];
