import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { appendAudit, auditHead } from '#db/audit/append';
import { exportAudit } from '#db/audit/export';
import { queryAudit } from '#db/audit/query';
import { sha256 } from '#db/canonical';
import { immediate } from '#db/open';
import { ledgerWith, scratchFolder } from './scratch.ts';

test('records are never changed, removed, replaced or put out of order', (t) => {
  const db = ledgerWith(join(scratchFolder(t), 'l.sqlite'), 3);
  t.after(db.close);
  for (const sql of [
    "UPDATE audit SET hash = ''",
    'DELETE FROM audit',
    'INSERT OR REPLACE INTO audit (seq, line, hash) SELECT seq, line, hash FROM audit WHERE seq = 2',
    `INSERT INTO audit (seq, line, hash) VALUES (5, '{"seq":5}', 'x')`,
    `INSERT INTO audit (seq, line, hash) VALUES (4, '{"seq":4,"prev":"x"}', 'x')`,
  ])
    assert.throws(() => db.sqlite.exec(sql), /audit: /, sql);
  assert.equal(auditHead(db).seq, 3);
});

test('a record outside of a transaction is refused, and a rolled back one leaves no gap', (t) => {
  const db = ledgerWith(join(scratchFolder(t), 'l.sqlite'), 1);
  t.after(db.close);
  const event = { kind: 'bot.started', actor: { cli: 'root' }, facts: {} } as const;
  assert.throws(() => appendAudit(db, event, 1), /transaction/);
  assert.throws(
    () =>
      immediate(db, () => {
        appendAudit(db, event, 1);
        throw new Error('no');
      }),
    /no/,
  );
  assert.equal(immediate(db, () => appendAudit(db, event, 1)).seq, 2);
});

test('pages follow one another without overlap, and filters are indexed', (t) => {
  const db = ledgerWith(join(scratchFolder(t), 'l.sqlite'), 12);
  t.after(db.close);
  const seqs = (before?: number) =>
    queryAudit(db, { target: 'home/101', limit: 2, ...(before === undefined ? {} : { before }) }).map(
      ({ seq }) => seq,
    );
  assert.deepEqual(
    [seqs(), seqs(9)],
    [
      [12, 9],
      [6, 3],
    ],
  );
  assert.deepEqual(
    queryAudit(db, { person: 'ada', target: 'home/101', limit: 9 }).map(({ seq }) => seq),
    [9, 3],
  );
  const plan = db.sqlite
    .prepare('EXPLAIN QUERY PLAN SELECT line FROM audit WHERE target = ? AND seq < ? ORDER BY seq DESC')
    .all('x', 5);
  assert.match(JSON.stringify(plan), /audit_target/);
  assert.doesNotMatch(JSON.stringify(plan), /TEMP B-TREE/);
});

test('an export is the lines as they were hashed, or a table', (t) => {
  const path = join(scratchFolder(t), 'l.sqlite');
  const db = ledgerWith(path, 3);
  t.after(db.close);
  const lines = [...exportAudit(path, 'jsonl')];
  assert.equal(sha256(lines[0]?.trimEnd() ?? ''), JSON.parse(lines[1] ?? '').prev);
  const csv = [...exportAudit(path, 'csv', { target: 'home/101' })];
  assert.equal(csv.length, 2);
  assert.match(csv[1] ?? '', /^3,1003,click.refused,"\{""person"":""ada""\}",home\/101,,"\{""i"":3,/);
});
