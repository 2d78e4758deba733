import { join } from 'node:path';
import { immediate, type OpenDatabase } from '#db/open';
import { filled, record } from './audit-file.ts';
import { inFolder } from './folder.ts';
import { type Bench, type BenchRow, race, time } from './row.ts';

/** Short rounds, so that both sides see the same disk; many, because it changes its mind. */
const [EVENTS, ROUNDS] = [100, 101];

type Row = { readonly line: string; readonly hash: string };

const firstRow = ({ sqlite }: OpenDatabase): Row => {
  const row = sqlite.prepare<[], Row>('SELECT line, hash FROM audit LIMIT 1').get();
  if (!row) throw new Error('the log is empty');
  return row;
};

const measure = (db: OpenDatabase): BenchRow => {
  db.sqlite.exec(
    'CREATE TABLE plain (seq INTEGER PRIMARY KEY, line TEXT NOT NULL, hash TEXT NOT NULL) STRICT',
  );
  const { line, hash } = firstRow(db);
  const insert = db.sqlite.prepare('INSERT INTO plain (line, hash) VALUES (?, ?)');
  const each = (fn: (i: number) => void) => () => {
    for (let i = 0; i < EVENTS; i += 1) immediate(db, () => fn(i));
  };
  const took = race(ROUNDS, {
    ours: each((i) => record(db, i)),
    baseline: each(() => insert.run(line, hash)),
  });
  return {
    name: 'audit append, one event a transaction, synchronous=FULL : plain insert of the row',
    ours: EVENTS / (took.ours / 1000),
    baseline: EVENTS / (took.baseline / 1000),
    limit: 0.8,
    unit: 'events/s',
    notes: [`${time(took.ours / EVENTS)} : ${time(took.baseline / EVENTS)} an event`],
  };
};

/** One audited event a transaction against the plain insert of the same row into the same file. */
export const auditAppend: Bench = {
  name: 'audit-append',
  run: () =>
    inFolder((folder) => {
      const db = filled(join(folder, 'append.sqlite'), 1);
      try {
        return measure(db);
      } finally {
        db.close();
      }
    }),
};
