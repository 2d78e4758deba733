import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it, type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { stringify } from 'yaml';
import { verifyAudit } from '#db/audit/verify';
import { type Program, until } from './program.ts';
import { type SetUp, setUp } from './set-up.ts';
import { firstLook } from './stage.ts';

const DROP_IN = 'etc/apt/apt.conf.d/99quorate-no-translations';
const OLD = 'Acquire::Languages "de";\n';

/** One admin agrees to anything, and somebody who may agree has so long to keep it. */
const rules = (after: string) => ({
  version: 1,
  rules: [
    {
      id: 'all',
      match: { risk: ['low', 'medium', 'high', 'critical'] },
      need: [{ count: 1, role: 'admin' }],
      revert: { after, keep_by: 'anyone_who_may_approve' },
    },
  ],
});

/** Bot and worker as two processes over a socket, with the terminal as chat and a file that was there before. */
const open = async (test: TestContext, after: string) => {
  const site = await setUp();
  test.after(site.close);
  const file = join(site.folder, 'rules.yaml');
  writeFileSync(file, stringify(rules(after)));
  site.write({ bot: { rules: file } });
  await site.pinKey();
  const root = join(site.folder, 'root');
  mkdirSync(join(root, DROP_IN, '..'), { recursive: true });
  writeFileSync(join(root, DROP_IN), OLD, { mode: 0o604 });
  const processes = { worker: site.start('worker'), bot: site.start('bot') };
  await firstLook(site.ledger);
  return { site, drop: join(root, DROP_IN), ...processes };
};

const say = ({ child }: Program, line: string): void => void child.stdin?.write(`${line}\n`);

/** Asked for by omar and agreed to by ada; it is done when this resolves, and waits. */
const done = async (bot: Program, no: number, line: string): Promise<void> => {
  say(bot, `@omar ${line}`);
  await bot.says(new RegExp(`#${no} · .* · waiting for approval[^]*Taken back `));
  say(bot, `@ada /approve ${no}`);
  await bot.says(new RegExp(`#${no} · .* · waiting to be kept`));
};

const endOf = ({ journal }: SetUp, no: number): string | undefined => {
  const db = new Database(journal, { readonly: true });
  try {
    const sql = 'SELECT outcome FROM executions ORDER BY claimed_at';
    const outcome = db.prepare<[], string | null>(sql).pluck().all()[no - 1];
    return outcome ? (JSON.parse(outcome) as { end: string }).end : undefined; // an Outcome
  } finally {
    db.close();
  }
};

const tagsOf = ({ simulator }: SetUp) => simulator.world.guests.get(101)?.conf['tags'];

it('bot and worker are killed while two changes wait: the worker alone takes both back, and the bot hears of it later', async (test) => {
  if (!existsSync('/usr/bin/apt-config')) return test.skip('needs apt-config');
  const { site, drop, bot, worker } = await open(test, '8s');
  const before = [statSync(drop).mode, readFileSync(drop, 'utf8'), tagsOf(site)];
  await done(bot, 1, '/recipe pve1 apt-no-translations');
  await done(bot, 2, '/set 101 tags=held');
  assert.notEqual(readFileSync(drop, 'utf8'), OLD);
  assert.equal(tagsOf(site), 'held');
  await Promise.all([bot.end('SIGKILL'), worker.end('SIGKILL')]);

  const alone = site.start('worker');
  await until(
    () => `both are taken back; ${alone.err()}`,
    () => endOf(site, 1) === 'reverted' && endOf(site, 2) === 'reverted',
  );
  assert.deepEqual([statSync(drop).mode, readFileSync(drop, 'utf8'), tagsOf(site)], before);

  const back = site.start('bot');
  await back.says(/#1 · .* · taken back[^]*nobody kept it in time/);
  await back.says(/#2 · .* · taken back[^]*nobody kept it in time/);
  say(back, '@ada /keep 1');
  await back.says(/Too late or too early: it is taken back/);
  for (const path of [site.ledger, site.journal]) assert.equal(verifyAudit(path).verdict, 'whole');
});

it('what a person kept stays when both are killed right after, and is undone like any other change', async (test) => {
  if (!existsSync('/usr/bin/apt-config')) return test.skip('needs apt-config');
  const { site, drop, bot, worker } = await open(test, '30s');
  await done(bot, 1, '/recipe pve1 apt-no-translations');
  say(bot, '@omar /keep 1');
  await bot.says(/rules want somebody else to keep it/);
  say(bot, '@ada /keep 1');
  await bot.says(/#1 · .* · done and verified[^]*kept it/);
  await Promise.all([bot.end('SIGKILL'), worker.end('SIGKILL')]);
  site.start('worker');
  const back = site.start('bot');
  await done(back, 2, '/undo 1');
  assert.equal(readFileSync(drop, 'utf8'), OLD);
  say(back, '@omar /revert 2');
  await back.says(/#2 · .* · taken back[^]*wanted it taken back/);
  assert.equal(endOf(site, 1), 'succeeded');
  assert.notEqual(readFileSync(drop, 'utf8'), OLD);
});
