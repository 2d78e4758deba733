import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { appendAudit, auditHead } from '#db/audit/append';
import type { AuditEvent } from '#db/audit/event';
import { exportAudit } from '#db/audit/export';
import { queryAudit } from '#db/audit/query';
import { BATCH } from '#db/audit/terms';
import { verifyAudit } from '#db/audit/verify';
import { canonical, sha256 } from '#db/canonical';
import { immediate, type OpenDatabase, openDatabase } from '#db/open';
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
    `INSERT INTO audit (seq, line, hash) SELECT 4, '{"facts":{"prev":"' || hash || '","seq":4},"prev":"x","seq":4}', 'x' FROM audit WHERE seq = 3`,
    `INSERT INTO audit (seq, line, hash) SELECT 4, '{"facts":{"prev":"' || hash || '","seq":4},"seq":5}', 'x' FROM audit WHERE seq = 3`,
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

test('a record is one canonical line, with whatever it tells of', (t) => {
  const db = ledgerWith(join(scratchFolder(t), 'l.sqlite'), 0);
  t.after(db.close);
  const nasty = '",\\\n\u0001é';
  const actor = { account: nasty, chat: 'x' };
  const events: AuditEvent[] = [
    { kind: 'bot.started', actor, facts: {} },
    { kind: 'bot.started', actor, facts: { b: [nasty, null], a: { [nasty]: -0 } }, target: nasty },
    { kind: 'bot.started', actor, facts: {}, change: nasty },
    { kind: 'bot.started', actor, facts: {}, change: nasty, target: nasty },
  ];
  for (const event of events) immediate(db, () => appendAudit(db, event, 15));
  const records = queryAudit(db, { limit: 9 }).toReversed();
  const lines = db.sqlite.prepare<[], string>('SELECT line FROM audit ORDER BY seq').pluck().all();
  for (const [i, event] of events.entries()) {
    const { hash, ...record } = records[i] ?? assert.fail();
    const line = canonical({ ...record, actor, facts: record.facts });
    assert.deepEqual([lines[i], sha256(line)], [line, hash]);
    assert.deepEqual(record, {
      ...event,
      facts: JSON.parse(canonical(event.facts)),
      at: 15,
      seq: i + 1,
      prev: record.prev,
    });
  }
  assert.throws(
    () => immediate(db, () => appendAudit(db, { kind: 'bot.started', actor, facts: { x: Number.NaN } }, 1)),
    /no canonical JSON at \$\.x/,
  );
});

test('pages follow one another without overlap, and filters add up', (t) => {
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
});

test('the same records are found whether or not their terms are written', (t) => {
  const db = ledgerWith(join(scratchFolder(t), 'l.sqlite'), BATCH - 1);
  t.after(db.close);
  const event = (i: number) =>
    ({
      kind: 'click.refused',
      actor: { person: i % 5 ? 'vera' : 'omar' },
      target: `home/${100 + (i % 7)}`,
      change: `change-${i % 11}`,
      facts: {},
    }) as const;
  const every = db.sqlite.prepare<[], string>('SELECT line FROM audit ORDER BY seq DESC').pluck();
  for (let i = 0; i < 2 * BATCH + 3; i += 1) {
    immediate(db, () => appendAudit(db, event(i), i));
    if (i % 101 > 0 && i % BATCH > 3) continue;
    const all = every.all().map((line) => JSON.parse(line));
    const found = (filter: object) => queryAudit(db, { ...filter, limit: 10_000 }).map(({ seq }) => seq);
    const seqs = (keep: (record: ReturnType<typeof JSON.parse>) => boolean) =>
      all.filter(keep).map(({ seq }) => seq);
    assert.deepEqual(
      found({ target: 'home/103' }),
      seqs(({ target }) => target === 'home/103'),
    );
    assert.deepEqual(
      found({ change: 'change-4' }),
      seqs(({ change }) => change === 'change-4'),
    );
    assert.deepEqual(
      found({ person: 'omar' }),
      seqs(({ actor }) => actor.person === 'omar'),
    );
    assert.deepEqual(
      found({ person: 'omar', target: 'home/101', before: 300 }),
      seqs((r) => r.actor.person === 'omar' && r.target === 'home/101' && r.seq < 300),
    );
  }
});

test('a search reads as many terms as it gives records, in their order', (t) => {
  const db = ledgerWith(join(scratchFolder(t), 'l.sqlite'), 1);
  t.after(db.close);
  const plan = db.sqlite
    .prepare(
      'EXPLAIN QUERY PLAN SELECT line FROM audit_term CROSS JOIN audit_record USING (seq) WHERE term = ? AND seq < ? ORDER BY seq DESC',
    )
    .all('x', 5);
  assert.match(JSON.stringify(plan), /SEARCH audit_term USING PRIMARY KEY \(term=\? AND seq<\?\)/);
  assert.doesNotMatch(JSON.stringify(plan), /TEMP B-TREE/);
});

test('a record goes after the last one of the file, whatever was rolled back or written beside it', (t) => {
  const path = join(scratchFolder(t), 'l.sqlite');
  const db = ledgerWith(path, 1);
  t.after(db.close);
  const other = openDatabase({ path, migrations: 'ledger', now: () => 0 });
  t.after(other.close);
  const event = { kind: 'bot.started', actor: { cli: 'root' }, facts: {} } as const;
  const undone = (within: OpenDatabase) =>
    assert.throws(() =>
      immediate(within, () => {
        appendAudit(within, event, 1);
        appendAudit(within, event, 2);
        throw new Error('no');
      }),
    );
  immediate(db, () => {
    appendAudit(db, event, 3);
    undone(db); // a savepoint
    assert.equal(appendAudit(db, event, 4).seq, 3);
  });
  undone(db);
  assert.equal(immediate(other, () => appendAudit(other, event, 5)).seq, 4);
  assert.equal(immediate(db, () => appendAudit(db, event, 6)).seq, 5);
  assert.equal(immediate(other, () => appendAudit(other, event, 7)).seq, 6);
  const verdict = verifyAudit(path);
  assert.ok(verdict.verdict === 'whole' && verdict.records === 6, JSON.stringify(verdict));
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
