import type { KeyObject } from 'node:crypto';
import Database from 'better-sqlite3';
import { sha256 } from '../canonical.ts';
import { explaining } from '../database-error.ts';
import { type Checkpoint, readNote } from './note.ts';
import { alteredObjects, GENESIS } from './schema.ts';

/** How a log can be broken. */
export type Breakage =
  | 'edited'
  | 'missing'
  | 'reordered'
  | 'unlinked'
  | 'tail-cut'
  | 'rewritten'
  | 'bad-checkpoint'
  | 'unprotected';

/**
 * `anchored` is the last record that a checkpoint vouches for; records after it could have been cut off or rewritten
 * without a trace, 0 = all of them. `seq` is the first record that is not as it was written, 0 = the file as a whole.
 */
export type AuditVerdict =
  | { readonly verdict: 'whole'; readonly records: number; readonly head: string; readonly anchored: number }
  | { readonly verdict: 'broken'; readonly seq: number; readonly what: Breakage; readonly detail: string };

/**
 * Notes kept elsewhere, and the key they were signed with. Notes inside the file count only with the key, since whoever
 * writes the file can write notes as well.
 */
export type Anchors = { readonly checkpoints?: readonly string[]; readonly publicKey?: KeyObject };

type Broken = Extract<AuditVerdict, { verdict: 'broken' }>;
type Row = readonly [seq: number, line: string, hash: string];

const broken = (seq: number, what: Breakage, detail: string): Broken => ({
  verdict: 'broken',
  seq,
  what,
  detail,
});

/**
 * Where a canonical line names its place: only `seq` and `target` come after `prev`, and inside their text a quote is
 * escaped, so the last occurrence is the record's own. Reading it so costs a third of parsing the line.
 */
const standsAt = (line: string, seq: number, prev: string | undefined): boolean => {
  const start = line.lastIndexOf(',"prev":"');
  const tail = `","seq":${seq}`;
  const named = start + 9;
  if (start < 0 || !line.startsWith(tail, named + 64)) return false;
  const next = line.charCodeAt(named + 64 + tail.length);
  return (next === 44 || next === 125) && (prev === undefined || line.startsWith(prev, named));
};

const judgeRow = ([seq, line, hash]: Row, expected: number, prev: string): Broken | undefined => {
  if (seq !== expected)
    return broken(expected, 'missing', `record ${expected} is not there; the next is ${seq}`);
  if (sha256(line) !== hash)
    return broken(
      seq,
      'edited',
      hash === '' ? 'its hash is blank' : 'its text is not the one that was hashed',
    );
  if (standsAt(line, seq, prev)) return undefined;
  return standsAt(line, seq, undefined)
    ? broken(seq, 'unlinked', 'it does not follow the record before it: one of the two was replaced')
    : broken(seq, 'reordered', 'it was written as another record');
};

type Anchor = Pick<Checkpoint, 'size' | 'head'>;

const anchorsOf = (
  sqlite: Database.Database,
  { checkpoints = [], publicKey }: Anchors,
): readonly Anchor[] | Broken => {
  const kept = sqlite.prepare<[], string>('SELECT note FROM audit_checkpoint ORDER BY size').pluck();
  const found: Anchor[] = [];
  for (const note of [...checkpoints, ...(publicKey ? kept.all() : [])]) {
    const read = readNote(note, publicKey);
    if (!read)
      return broken(0, 'bad-checkpoint', `this is no checkpoint of the given key: ${JSON.stringify(note)}`);
    found.push(read);
  }
  return found.toSorted((a, b) => a.size - b.size);
};

const walk = (sqlite: Database.Database, anchors: readonly Anchor[]): AuditVerdict => {
  const rows = sqlite.prepare<[], Row>('SELECT seq, line, hash FROM audit ORDER BY seq').raw().iterate();
  let records = 0;
  let head = GENESIS;
  let next = 0;
  for (const row of rows) {
    const bad = judgeRow(row, records + 1, head);
    if (bad) return bad;
    records += 1;
    head = row[2];
    for (let anchor = anchors[next]; anchor?.size === records; anchor = anchors[++next])
      if (anchor.head !== head)
        return broken(records, 'rewritten', 'the chain is whole, but not the one that the checkpoint saw');
  }
  const beyond = anchors[next];
  if (beyond)
    return broken(
      records + 1,
      'tail-cut',
      `a checkpoint saw ${beyond.size} records, the file has ${records}`,
    );
  return { verdict: 'whole', records, head, anchored: anchors.at(-1)?.size ?? 0 };
};

const judge = (sqlite: Database.Database, given: Anchors): AuditVerdict => {
  const altered = alteredObjects(sqlite);
  const gone = altered.includes('audit') || altered.includes('audit_checkpoint');
  if (gone) return broken(0, 'unprotected', `missing or altered: ${altered.join(', ')}`);
  const anchors = anchorsOf(sqlite, given);
  if ('verdict' in anchors) return anchors;
  const verdict = walk(sqlite, anchors);
  if (verdict.verdict === 'broken' || altered.length === 0) return verdict;
  return broken(0, 'unprotected', `the records are whole; missing or altered: ${altered.join(', ')}`);
};

/**
 * Reads the audit of a ledger or journal file from its first record to its last, read-only, with nothing but the file;
 * another process may be writing to it. Throws a DatabaseError when the file cannot be read at all.
 */
export const verifyAudit = (path: string, given: Anchors = {}): AuditVerdict =>
  explaining(path, () => {
    const sqlite = new Database(path, { readonly: true, fileMustExist: true });
    try {
      // One read transaction: records and checkpoints of the same moment.
      return sqlite.transaction(() => judge(sqlite, given))();
    } finally {
      sqlite.close();
    }
  });
