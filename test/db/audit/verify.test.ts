import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Database } from 'better-sqlite3';
import { appendAudit } from '#db/audit/append';
import { appendCheckpoint } from '#db/audit/checkpoint';
import { type Breakage, verifyAudit } from '#db/audit/verify';
import { sha256 } from '#db/canonical';
import { immediate } from '#db/open';
import { ledgerWith, scratchFolder, tamper } from './scratch.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const { publicKey: otherKey } = generateKeyPairSync('ed25519');
const ORIGIN = 'quorate.test/ledger';

/** Ten records with a checkpoint that was carried elsewhere, then two more. */
const sealed = (t: TestContext): { path: string; note: string } => {
  const path = join(scratchFolder(t), 'ledger.sqlite');
  const db = ledgerWith(path, 10);
  const note = appendCheckpoint(db, { origin: ORIGIN, key: privateKey, at: 5 }) ?? '';
  for (const i of [11, 12])
    immediate(db, () => appendAudit(db, { kind: 'bot.started', actor: { cli: 'root' }, facts: { i } }, i));
  db.close();
  return { path, note };
};

type Row = { seq: number; line: string; hash: string };
const put = (sqlite: Database, seq: number, line: string, hash = sha256(line)): void => {
  sqlite.prepare('INSERT OR REPLACE INTO audit (seq, line, hash) VALUES (?, ?, ?)').run(seq, line, hash);
};
const row = (sqlite: Database, seq: number): Row =>
  sqlite.prepare<[number], Row>('SELECT seq, line, hash FROM audit WHERE seq = ?').get(seq) ?? assert.fail();

/** Forges record 4 and gives every later record a new prev and hash, as somebody with the source would. */
const rechain = (sqlite: Database): void => {
  let prev = row(sqlite, 3).hash;
  for (let seq = 4; seq <= 12; seq += 1) {
    const old = row(sqlite, seq);
    const line = old.line.replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`).replace('"i":4', '"i":44');
    put(sqlite, seq, line);
    prev = sha256(line);
  }
};

type Case = readonly [title: string, act: (sqlite: Database) => void, seq: number, what: Breakage];
const CHAIN: readonly Case[] = [
  [
    'one edited byte is found',
    (s) => s.exec('UPDATE audit SET line = replace(line, \'"i":4\', \'"i":5\') WHERE seq = 4'),
    4,
    'edited',
  ],
  ['a blanked hash is found', (s) => s.exec("UPDATE audit SET hash = '' WHERE seq = 4"), 4, 'edited'],
  ['a deleted record is found', (s) => s.exec('DELETE FROM audit WHERE seq = 4'), 4, 'missing'],
  ['a deleted first record is found', (s) => s.exec('DELETE FROM audit WHERE seq = 1'), 1, 'missing'],
  [
    'a deletion closed by renumbering is found',
    (s) =>
      s.exec(
        'DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = -seq WHERE seq > 4; UPDATE audit SET seq = -seq - 1 WHERE seq < 0',
      ),
    4,
    'reordered',
  ],
  [
    'an inserted record is found',
    (s) => {
      s.exec('UPDATE audit SET seq = -seq WHERE seq > 3; UPDATE audit SET seq = 1 - seq WHERE seq < 0');
      put(s, 4, row(s, 5).line.replace('"i":4', '"i":99'));
    },
    5,
    'reordered',
  ],
  [
    'two swapped records are found',
    (s) => {
      const [a, b] = [row(s, 4), row(s, 5)];
      put(s, 4, b.line);
      put(s, 5, a.line);
    },
    4,
    'reordered',
  ],
  [
    'a replaced record with a right hash is found at the next',
    (s) => put(s, 4, row(s, 4).line.replace('"i":4', '"i":5')),
    5,
    'unlinked',
  ],
];

for (const [title, act, seq, what] of CHAIN)
  test(`${title} without any checkpoint`, (t) => {
    const { path } = sealed(t);
    tamper(path, act);
    const verdict = verifyAudit(path);
    assert.ok(verdict.verdict === 'broken', JSON.stringify(verdict));
    assert.deepEqual([verdict.seq, verdict.what], [seq, what], verdict.detail);
  });

test('an untouched log is whole, and says how far a checkpoint vouches for it', (t) => {
  const { path, note } = sealed(t);
  const anchored = (given: Parameters<typeof verifyAudit>[1]) => {
    const verdict = verifyAudit(path, given);
    assert.ok(verdict.verdict === 'whole', JSON.stringify(verdict));
    assert.equal(verdict.records, 12);
    return verdict.anchored;
  };
  assert.equal(anchored({}), 0);
  assert.equal(anchored({ publicKey }), 10);
  assert.equal(anchored({ checkpoints: [note] }), 10);
});

test('a chain that was computed anew passes alone and fails against a checkpoint', (t) => {
  const { path, note } = sealed(t);
  tamper(path, rechain);
  assert.equal(verifyAudit(path).verdict, 'whole');
  const verdict = verifyAudit(path, { checkpoints: [note], publicKey });
  assert.ok(verdict.verdict === 'broken' && verdict.what === 'rewritten' && verdict.seq === 10);
});

test('a cut tail is found where a checkpoint covers it, and called not anchored where none does', (t) => {
  const { path, note } = sealed(t);
  tamper(path, (s) => s.exec('DELETE FROM audit WHERE seq > 10'));
  assert.deepEqual(Object.values(verifyAudit(path, { checkpoints: [note] })).slice(0, 2), ['whole', 10]);
  tamper(path, (s) => s.exec('DELETE FROM audit WHERE seq > 8; DELETE FROM audit_checkpoint'));
  const alone = verifyAudit(path, { publicKey });
  assert.ok(alone.verdict === 'whole' && alone.anchored === 0);
  const verdict = verifyAudit(path, { checkpoints: [note] });
  assert.ok(verdict.verdict === 'broken' && verdict.what === 'tail-cut' && verdict.seq === 9);
});

test('an old copy put back is found by a checkpoint that was exported later', async (t) => {
  const path = join(scratchFolder(t), 'ledger.sqlite');
  const db = ledgerWith(path, 3);
  await db.sqlite.backup(`${path}.old`);
  immediate(db, () => appendAudit(db, { kind: 'bot.started', actor: { cli: 'root' }, facts: {} }, 9));
  const note = appendCheckpoint(db, { origin: ORIGIN, key: privateKey, at: 9 }) ?? '';
  db.close();
  const verdict = verifyAudit(`${path}.old`, { checkpoints: [note], publicKey });
  assert.ok(verdict.verdict === 'broken' && verdict.what === 'tail-cut' && verdict.seq === 4);
});

test('a checkpoint of another key, or an altered one, is refused', (t) => {
  const { path, note } = sealed(t);
  for (const given of [
    { publicKey: otherKey },
    { publicKey, checkpoints: [note.replace('\n10\n', '\n9\n')] },
    { checkpoints: ['x'] },
  ]) {
    const verdict = verifyAudit(path, given);
    assert.ok(verdict.verdict === 'broken' && verdict.what === 'bad-checkpoint', JSON.stringify(verdict));
  }
});

test('dropped triggers are found though every record is whole', (t) => {
  const { path } = sealed(t);
  tamper(path, () => {}, false);
  const verdict = verifyAudit(path);
  assert.ok(verdict.verdict === 'broken' && verdict.what === 'unprotected');
  assert.match(verdict.detail, /audit_no_delete/);
});

test('a log is verified while its writer has it open in a transaction', (t) => {
  const path = join(scratchFolder(t), 'ledger.sqlite');
  const db = ledgerWith(path, 3);
  immediate(db, () => {
    appendAudit(db, { kind: 'bot.started', actor: { cli: 'root' }, facts: {} }, 9);
    const verdict = verifyAudit(path);
    assert.ok(verdict.verdict === 'whole' && verdict.records === 3);
  });
  db.close();
});

test('facts that look like a place in the chain do not confuse it', (t) => {
  const path = join(scratchFolder(t), 'ledger.sqlite');
  const db = ledgerWith(path, 1);
  const facts = { prev: 'x', seq: 9, text: ',"prev":"' };
  immediate(db, () =>
    appendAudit(db, { kind: 'bot.started', actor: { cli: 'a' }, target: ',"prev":"', facts }, 9),
  );
  db.close();
  assert.equal(verifyAudit(path).verdict, 'whole');
});
