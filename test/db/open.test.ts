import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, rmdirSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getuid } from 'node:process';
import { test } from 'node:test';
import type Database from 'better-sqlite3';
import { appendAudit, auditHead } from '#db/audit/append';
import { DatabaseCorrupt, DiskFull, NotADatabase, SchemaBroken, SchemaMismatch } from '#db/database-error';
import { immediate, openDatabase } from '#db/open';
import { LAUNCHER } from '#test/fixture/launcher';
import { ledgerWith, scratchFolder, tamper } from './audit/scratch.ts';

const open = (path: string) => openDatabase({ path, migrations: 'ledger', now: () => 0 });

test('a file is opened durable, in WAL mode, with references enforced', (t) => {
  const { sqlite, close } = open(join(scratchFolder(t), 'l.sqlite'));
  t.after(close);
  const read = ['journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout', 'trusted_schema'].map((name) =>
    sqlite.pragma(name, { simple: true }),
  );
  assert.deepEqual(read, ['wal', 2, 1, 5000, 0]);
});

test('eight processes that start on a new file at once all succeed', async (t) => {
  const path = join(scratchFolder(t), 'l.sqlite');
  const code = `import { openDatabase } from '#db/open'; openDatabase({ path: ${JSON.stringify(path)}, migrations: 'ledger', now: () => 0 }).close();`;
  const children = Array.from({ length: 8 }, () =>
    spawn(LAUNCHER, ['--input-type=module', '-e', code], { stdio: 'inherit' }),
  );
  assert.deepEqual(
    await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0])),
    Array(8).fill(0),
  );
});

test('a transaction that throws, or that is handed a promise, leaves nothing behind', (t) => {
  const db = ledgerWith(join(scratchFolder(t), 'l.sqlite'), 1);
  t.after(db.close);
  const write = () => appendAudit(db, { kind: 'bot.started', actor: { cli: 'x' }, facts: {} }, 1);
  assert.throws(() => immediate(db, () => Promise.resolve(write())), /promise/);
  assert.throws(
    () =>
      immediate(db, () => {
        write();
        throw new Error('no');
      }),
    /no/,
  );
  assert.equal(auditHead(db).seq, 1);
});

test('a file that is no database is refused by name', (t) => {
  const path = join(scratchFolder(t), 'l.sqlite');
  writeFileSync(path, 'not a database, and long enough to be read as one'.repeat(40));
  assert.throws(
    () => open(path),
    (error) => error instanceof NotADatabase && error.message.startsWith(path),
  );
});

test('a damaged page stops the start with what to do', (t) => {
  const path = join(scratchFolder(t), 'l.sqlite');
  const db = ledgerWith(path, 200);
  const root = Number(
    db.sqlite.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'people'").pluck().get(),
  );
  const size = Number(db.sqlite.pragma('page_size', { simple: true }));
  db.close();
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(size, 0x5a), 0, size, (root - 1) * size);
  closeSync(file);
  assert.throws(
    () => open(path),
    (error) => error instanceof DatabaseCorrupt && /restore the last backup/.test(error.message),
  );
});

test('a newer schema, a lost trigger and a table that is not STRICT are each refused', (t) => {
  const folder = scratchFolder(t);
  const broken = (name: string, act: (sqlite: Database.Database) => void, keep = true) => {
    const path = join(folder, name);
    open(path).close();
    tamper(path, act, keep);
    return () => open(path);
  };
  assert.throws(
    broken('newer', (s) => s.exec("INSERT INTO migrations VALUES (99, 'x', 0)")),
    SchemaMismatch,
  );
  assert.throws(
    broken('edited', (s) => s.exec("UPDATE migrations SET hash = 'x'")),
    SchemaMismatch,
  );
  assert.throws(
    broken('trigger', () => {}, false),
    (e) => e instanceof SchemaBroken && /audit_no_update/.test(e.message),
  );
  assert.throws(
    broken('loose', (s) => s.exec('CREATE TABLE loose (a)')),
    /not STRICT: loose/,
  );
});

test('a full disk refuses the write, keeps what was there, and the file works on once there is room', {
  skip: getuid?.() !== 0 && 'needs root to mount a small tmpfs',
}, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'tmpfs', folder]);
  t.after(() => {
    execFileSync('umount', [folder]);
    rmdirSync(folder);
  });
  const path = join(folder, 'l.sqlite');
  const db = ledgerWith(path, 1);
  const write = (size: number) =>
    immediate(db, () =>
      appendAudit(db, { kind: 'bot.started', actor: { cli: 'x' }, facts: { text: 'x'.repeat(size) } }, 1),
    );
  assert.throws(
    () => {
      for (let i = 0; i < 100; i += 1) write(50_000);
    },
    (error) => error instanceof DiskFull && error.message.startsWith(path),
  );
  const { seq } = auditHead(db);
  execFileSync('mount', ['-o', 'remount,size=8m', folder]);
  assert.equal(write(10).seq, seq + 1);
  db.close();
});
