import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Chat, User } from '@grammyjs/types';
import { wordsOf } from '#bot/cards/words';
import { runShell } from '#bot/cli/quorate';
import { systemRandom } from '#db/ledger/ledger';
import { keepDown } from '#db/ledger/platforms-down';
import { openDatabase } from '#db/open';
import { type FakeTelegram, startFakeTelegram } from '#test/fake/telegram/telegram';
import { openShell } from './run-quorate.ts';

describe('quorate chat check', () => {
  let telegram: FakeTelegram;
  let shell: ReturnType<typeof openShell>;
  let omar: User;
  let ops: Chat;
  let net: Chat;
  beforeEach(async () => {
    telegram = await startFakeTelegram();
    omar = telegram.addUser('Omar');
    [ops, net] = [telegram.addGroup('ops', [omar]), telegram.addGroup('net', [omar])];
    shell = openShell();
  });
  afterEach(async () => {
    shell.close();
    await telegram.close();
  });
  const configure = (chats: readonly number[], token = telegram.token): void => {
    const section = { token: `file:${shell.put('token', token)}`, api: telegram.apiRoot, chats };
    shell.write(`${shell.good}  telegram: ${JSON.stringify(section)}\n`);
  };
  // In this process, for the fake lives here and would not answer a process that is waited for.
  const check = async () => {
    const said: string[] = [];
    const keep = (text: string): void => void said.push(text);
    const env = { QUORATE_CONFIG: shell.path };
    const parts = { words: wordsOf('en'), env, user: 'root', now: Date.now, print: keep, complain: keep };
    const code = await runShell(parts, ['chat', 'check']);
    const text = said.join('\n');
    assert.ok(!text.includes(telegram.token.split(':')[1] ?? telegram.token), text);
    return { code, text };
  };
  const missing = (text: string): readonly string[] =>
    text.split('\n').filter((row) => row.includes('MISSING'));

  it('says of each thing that it is good, by its place, and exits 0', async () => {
    configure([ops.id, net.id]);
    const { code, text } = await check();
    assert.deepEqual(text.split('\n'), [
      '  bot.telegram.token  token: @quorate_bot',
      '  bot.telegram.token  token: no webhook',
      '  bot.telegram.token  what is read: commands and mentions',
      '  bot.telegram.chats[0]  chat: ops, supergroup, member',
      '  bot.telegram.chats[1]  chat: net, supergroup, member',
      'Nothing is missing.',
    ]);
    assert.equal(code, 0);
  });

  it('says what the bot knows of a second process with its token, and names it no more once that is over', async () => {
    configure([ops.id]);
    mkdirSync(shell.state, { recursive: true });
    const db = openDatabase({ path: shell.ledger, migrations: 'ledger', now: Date.now });
    const ledger = { db, now: Date.now, random: systemRandom };
    keepDown(ledger, new Map([['telegram', { why: 'rival', since: 1_790_000_000_000 }]]));
    assert.match(
      (await check()).text,
      /bot\.telegram {2}connection MISSING: .*Another process uses the token/,
    );
    keepDown(ledger, new Map([['telegram', null]]));
    db.close();
    assert.deepEqual(missing((await check()).text), []);
  });

  it('says that a token is wrong, and repeats no part of it', async () => {
    configure([ops.id], '7000000001:wrong-token');
    const { code, text } = await check();
    assert.match(text, /bot\.telegram\.token {2}token MISSING: Unauthorized .*BotFather/);
    assert.doesNotMatch(text, /wrong-token/);
    assert.equal(code, 1);
  });

  it('says in which chat the bot is not, may not write, or may send no files', async () => {
    const chats = ['left', 'kicked', 'quiet', 'mute', 'bare'].map((title) =>
      telegram.addGroup(title, [omar]),
    );
    const [left, kicked, quiet, mute, bare] = chats as [Chat, Chat, Chat, Chat, Chat]; // five titles, five chats
    telegram.setState(left, 'left');
    telegram.setState(kicked, 'kicked');
    telegram.setRights(quiet, 'everybody', { can_send_messages: false, can_send_documents: false });
    telegram.setRights(mute, 'bot', { can_send_messages: false, can_send_documents: true });
    telegram.setRights(bare, 'bot', { can_send_messages: true, can_send_documents: false });
    configure([...chats.map(({ id }) => id), -42, omar.id]);
    telegram.addPrivateChat(omar);
    const { code, text } = await check();
    const rows = missing(text).map((row) => row.replace(/^ +bot\.telegram\.(.*) MISSING: /, '$1: '));
    for (const [index, words] of [
      /not a member of the supergroup/,
      /kicked from the supergroup/,
      /can_send_messages, can_send_documents \(quiet\)/,
      /: can_send_messages \(mute\)/,
      /: can_send_documents \(bare\)/,
      /chat not found .*-42/,
      /group or supergroup, not private/,
    ].entries()) {
      assert.match(rows[index] ?? '', words);
      assert.ok(rows[index]?.startsWith(`chats[${index}]  chat: `), rows[index]);
    }
    assert.match(text, /7 things are missing/);
    assert.equal(code, 1);
  });

  it('shows what a title hides, and the terminal obeys none of it', async () => {
    configure([telegram.addGroup('op\u001b[2Js', [omar]).id]);
    assert.match((await check()).text, /op\\u\{1b\}\[2Js/);
  });

  it('an administrator may write where others may not', async () => {
    const quiet = telegram.addGroup('quiet', [omar], { admins: [telegram.bot] });
    telegram.setRights(quiet, 'everybody', { can_send_messages: false, can_send_documents: false });
    configure([quiet.id]);
    assert.match((await check()).text, /quiet, supergroup, administrator\nNothing is missing/);
  });

  it('names the new id of a group that moved, a webhook that somebody set, and a bot that reads more than it needs', async () => {
    const old = telegram.addGroup('old', [omar], { type: 'group' });
    const { id } = telegram.upgradeGroup(old, omar);
    await fetch(`${telegram.apiRoot}/bot${telegram.token}/setWebhook?url=https://example.org/hook`);
    telegram.bot.can_read_all_group_messages = true;
    configure([old.id]);
    const { text } = await check();
    assert.match(text, new RegExp(`chats\\[0\\] {2}chat MISSING: migrate_to_chat_id: ${id}`));
    assert.match(text, /token {2}token MISSING: .*webhook https:\/\/example\.org\/hook/);
    assert.match(text, /more than is needed: \/setprivacy/);
  });

  it('says that Telegram cannot be reached, and that nothing is configured', async () => {
    assert.match((await check()).text, /No chat platform is configured/);
    configure([ops.id]);
    await telegram.close();
    const { code, text } = await check();
    assert.match(text, /token MISSING: Network request for 'getMe' failed/);
    assert.equal(code, 1);
  });
});
