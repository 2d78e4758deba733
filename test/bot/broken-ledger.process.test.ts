import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { verifyAudit } from '#db/audit/verify';
import { openDatabase } from '#db/open';
import { layBot, startBotProcess } from './start-bot.ts';

/** A configured bot that has run once, so that its ledger has rows. */
const usedBot = (test: TestContext) => {
  const bot = layBot();
  test.after(bot.close);
  const db = openDatabase({ path: bot.ledger, migrations: 'ledger', now: Date.now });
  db.sqlite.exec(
    "INSERT INTO people (id, name, role, locale, disabled) VALUES ('ada', 'Ada', 'admin', '', 0)",
  );
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  return bot;
};

const inFile = (path: string, change: (sqlite: Database.Database) => void): void => {
  const sqlite = new Database(path);
  change(sqlite);
  sqlite.close();
};

/** The process ends by itself with exit code 1 and a sentence that names the file; no stack trace. */
const refusesToStart = async (config: string, words: RegExp): Promise<void> => {
  const { code, out, err } = await startBotProcess(config).ended;
  assert.match(err, words);
  assert.doesNotMatch(err, /\n\s+at |node:internal/);
  assert.equal(code, 1);
  assert.equal(out, '');
};

describe('a ledger that cannot be used', () => {
  it('with a damaged page stops the start with the name of the file and what to do', async (test) => {
    const { config, ledger } = usedBot(test);
    let page = 0;
    inFile(ledger, (sqlite) => {
      page = Number(sqlite.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'people'").pluck().get());
    });
    const file = openSync(ledger, 'r+');
    writeSync(file, Buffer.alloc(4096, 0xff), 0, 4096, (page - 1) * 4096);
    closeSync(file);
    await refusesToStart(config, /ledger\.sqlite: .*damaged.*audit verify.*restore the last backup/s);
  });

  it('of a newer version stops the start and says which version to start', async (test) => {
    const { config, ledger } = usedBot(test);
    inFile(ledger, (sqlite) =>
      sqlite.exec("INSERT INTO migrations SELECT max(no) + 1, 'later', 0 FROM migrations"),
    );
    await refusesToStart(config, /ledger\.sqlite: it had \d+ migrations.*newer version/);
  });

  it('whose audit lost its protection stops the start and names what is missing', async (test) => {
    const { config, ledger } = usedBot(test);
    inFile(ledger, (sqlite) => sqlite.exec('DROP TRIGGER audit_no_update'));
    await refusesToStart(config, /ledger\.sqlite: missing or altered: audit_no_update/);
  });

  it('that is another kind of file stops the start', async (test) => {
    const { config, ledger } = usedBot(test);
    writeFileSync(ledger, 'not a database at all\n'.repeat(1000));
    await refusesToStart(config, /ledger\.sqlite: this is not a SQLite database/);
  });
});

describe('a start that cannot be', () => {
  it('is told when others can read the key that signs tickets', async (test) => {
    const { config, state } = usedBot(test);
    writeFileSync(join(state, 'bot-key.pem'), 'x', { mode: 0o600 });
    chmodSync(join(state, 'bot-key.pem'), 0o644);
    const { code, err } = await startBotProcess(config).ended;
    assert.match(err.trimEnd().split('\n').at(-1) ?? '', /bot-key\.pem can be read by others.*chmod 600/);
    assert.equal(code, 1);
  });

  it('is told when the configuration has no place to meet the worker', async (test) => {
    const { config, state } = usedBot(test);
    writeFileSync(config, `site: home\nbot: { state: ${state}, rules: two-person, console: demo }\n`);
    await refusesToStart(config, /queue: expected \{ redis: \.\. \} or \{ socket: \.\. \}/);
  });
});

/** A disk of 2 MiB, or the reason why there is none. */
const smallDisk = (test: TestContext): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-small-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=0700', 'tmpfs', folder]);
  test.after(() => {
    if (status === 0) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  if (status !== 0) test.skip('a tmpfs can be mounted by root only');
  return status === 0 ? folder : null;
};

const writeUntilFull = (file: number, size: number): void => {
  try {
    while (writeSync(file, Buffer.alloc(size)) > 0);
  } catch (error) {
    assert.match(String(error), /ENOSPC/);
  }
};

/** Takes every byte that is left. */
const fillUp = (folder: string): string => {
  const path = join(folder, 'filler');
  const file = openSync(path, 'w');
  for (const size of [65_536, 4096, 1]) writeUntilFull(file, size);
  closeSync(file);
  return path;
};

describe('a full disk', () => {
  it('under a running bot: people are told, nothing is half done, and with room it goes on as before', async (test) => {
    const disk = smallDisk(test);
    if (disk === null) return;
    const { config, ledger, close } = layBot({ state: disk });
    test.after(close);
    const bot = startBotProcess(config);
    test.after(bot.kill);
    await bot.ask('@vera /whoami', /vera \(vera\) · viewer/);
    const filler = fillUp(disk);
    await bot.ask('@omar /stop 101', /\(to omar\) .*was not kept.*again/);
    await bot.ask('@vera /status', /\(to vera\) .*was not kept/);
    unlinkSync(filler);
    await bot.ask('@ada /whoami', /ada \(ada\) · admin/);
    bot.endInput();
    const { code, err } = await bot.ended;
    assert.equal(code, 0);
    assert.match(
      err,
      /the disk is full\. Nothing of this write was kept/,
      'the log says what and what to do',
    );
    assert.equal(verifyAudit(ledger).verdict, 'whole');
  });

  it('at the start is told in a sentence', async (test) => {
    const disk = smallDisk(test);
    if (disk === null) return;
    const { config, close } = layBot({ state: disk });
    test.after(close);
    fillUp(disk);
    await refusesToStart(config, /ledger\.sqlite: (the disk is full|it cannot be opened|the disk answered)/);
  });
});
