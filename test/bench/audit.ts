import { hash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { appendAudit } from '#db/audit/append';
import { queryAudit } from '#db/audit/query';
import { verifyAudit } from '#db/audit/verify';
import { immediate, type OpenDatabase, openDatabase } from '#db/open';

/** One comparison: `ratio` = ours / baseline; `limit` is a floor for rates (`unit` ends in /s) and a ceiling for times. */
export type BenchRow = {
  readonly name: string;
  readonly ours: number;
  readonly baseline: number;
  readonly ratio: number;
  readonly limit: number;
  readonly unit: string;
};

const LARGE = 1_000_000;
const SMALL = 10_000;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const milliseconds = (fn: () => void): number => {
  const start = performance.now();
  fn();
  return performance.now() - start;
};

type Race = { readonly ours: () => void; readonly baseline: () => void };

/** Both sides in turn, so that a slow minute of the machine hits both; medians (ms). */
const race = (rounds: number, { ours, baseline }: Race): { ours: number; baseline: number } => {
  const times = Array.from({ length: rounds }, () => [milliseconds(ours), milliseconds(baseline)] as const);
  return { ours: median(times.map(([a]) => a)), baseline: median(times.map(([, b]) => b)) };
};

const record = (db: OpenDatabase, i: number) =>
  appendAudit(
    db,
    {
      kind: 'click.refused',
      actor: { person: `person-${i % 20}`, account: `telegram:${i % 40}`, chat: '-1001' },
      target: `home/${100 + (i % 500)}`,
      change: `change-${i >> 3}`,
      facts: { why: 'own-request', plan: 'a-digest-of-the-plan' },
    },
    i,
  );

const filled = (path: string, count: number): OpenDatabase => {
  const db = openDatabase({ path, migrations: 'ledger', now: () => 0 });
  for (let i = 0; i < count; i += 20_000)
    immediate(db, () => {
      for (let k = i; k < Math.min(i + 20_000, count); k += 1) record(db, k);
    });
  return db;
};

const appendRow = (folder: string): BenchRow => {
  const events = 1000;
  const db = filled(join(folder, 'append.sqlite'), 1);
  db.sqlite.exec(
    'CREATE TABLE plain (seq INTEGER PRIMARY KEY, line TEXT NOT NULL, hash TEXT NOT NULL) STRICT',
  );
  const { line, hash: digest } = queryLine(db);
  const insert = db.sqlite.prepare('INSERT INTO plain (line, hash) VALUES (?, ?)');
  const each = (fn: (i: number) => void) => () => {
    for (let i = 0; i < events; i += 1) immediate(db, () => fn(i));
  };
  const time = race(7, { ours: each((i) => record(db, i)), baseline: each(() => insert.run(line, digest)) });
  db.close();
  const [ours, baseline] = [events / (time.ours / 1000), events / (time.baseline / 1000)];
  return { name: 'audit append, FULL', ours, baseline, ratio: ours / baseline, limit: 0.8, unit: 'events/s' };
};

const queryLine = ({ sqlite }: OpenDatabase): { line: string; hash: string } => {
  const row = sqlite
    .prepare<[], { line: string; hash: string }>('SELECT line, hash FROM audit LIMIT 1')
    .get();
  if (!row) throw new Error('the log is empty');
  return row;
};

const bareLoop = (path: string) => () => {
  const sqlite = new Database(path, { readonly: true });
  const rows = sqlite
    .prepare<[], [number, string, string]>('SELECT seq, line, hash FROM audit ORDER BY seq')
    .raw();
  for (const [, line] of rows.iterate()) hash('sha256', line);
  sqlite.close();
};

const verifyRow = (path: string): BenchRow => {
  const ours = () => {
    if (verifyAudit(path).verdict !== 'whole') throw new Error('the log is broken');
  };
  const time = race(3, { ours, baseline: bareLoop(path) });
  return {
    name: 'audit verify, 1,000,000',
    ...time,
    ratio: time.ours / time.baseline,
    limit: 1.5,
    unit: 'ms',
  };
};

const pageRow = (large: OpenDatabase, small: OpenDatabase): BenchRow => {
  const pages = (db: OpenDatabase) => () => {
    for (let i = 0; i < 500; i += 1) queryAudit(db, { target: `home/${100 + i}`, limit: 20 });
  };
  const time = race(9, { ours: pages(large), baseline: pages(small) });
  const [ours, baseline] = [time.ours / 500, time.baseline / 500];
  return {
    name: '/audit 101, 1,000,000 : 10,000',
    ours,
    baseline,
    ratio: ours / baseline,
    limit: 2,
    unit: 'ms',
  };
};

/** The audit's rows of the benchmark; takes about a minute and 700 MB in the folder for temporary files. */
export const auditRows = async (): Promise<BenchRow[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-bench-'));
  try {
    const append = appendRow(folder);
    const large = filled(join(folder, 'large.sqlite'), LARGE);
    const small = filled(join(folder, 'small.sqlite'), SMALL);
    const page = pageRow(large, small);
    small.close();
    large.close();
    return [append, verifyRow(join(folder, 'large.sqlite')), page];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
