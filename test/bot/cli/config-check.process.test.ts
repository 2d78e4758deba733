import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openShell } from './run-quorate.ts';

const TEN_MISTAKES = `site: HOME
proxmox:
  url: http://pve1:8006
  trust: nobody
  reader: hunter2
queue:
  rabbit: yes
worker:
  node: pve_1
  state: here
bot:
  state: relative
  rules: three-person
  locale: klingon
  telegram:
    token: 123:abc
    chats: []
shoe: 44
`;

describe('quorate config check', () => {
  let shell: ReturnType<typeof openShell>;
  beforeEach(() => {
    shell = openShell();
  });
  afterEach(() => shell.close());

  it('says of a good file that it is good, and exits 0', () => {
    const { out, err, code } = shell.runAlone(['config', 'check']);
    assert.equal(err, '');
    assert.match(out, /quorate\.yaml: good/);
    assert.equal(code, 0);
  });

  it('tells every mistake at once, each by its path and line with what was expected, and exits 1', () => {
    shell.write(TEN_MISTAKES);
    const { out, err, code } = shell.runAlone(['config', 'check']);
    assert.equal(code, 1);
    assert.equal(out, '');
    const expected: readonly (readonly [at: string, words: RegExp])[] = [
      ['site (line 1)', /a site name such as "home"/],
      ['proxmox.url (line 3)', /https:\/\/pve1:8006/],
      ['proxmox.trust (line 4)', /system/],
      ['proxmox.reader (line 5)', /env:NAME or file:\/path/],
      ['queue (line 7)', /redis|socket/],
      ['worker.node (line 9)', /a node name such as "pve1"/],
      ['worker.state (line 10)', /an absolute path/],
      ['bot.state (line 12)', /an absolute path/],
      ['bot.rules (line 13)', /two-person, one-admin or an absolute path/],
      ['bot.locale (line 14)', /a language such as/],
      ['bot.telegram.token (line 16)', /env:NAME or file:\/path/],
      ['bot.telegram.chats (line 17)', /at least one chat id/],
      ['shoe (line 18)', /no such key/],
    ];
    for (const [at, words] of expected) {
      const line = err.split('\n').find((row) => row.trim().startsWith(`${at}:`));
      assert.ok(line, `${at} in:\n${err}`);
      assert.match(line, words);
    }
    assert.match(err, /13 things are wrong/);
    assert.doesNotMatch(err, /hunter2|123:abc/, 'a secret in the wrong place is not repeated');
  });

  it('refuses a secret that others can read, says how to mend it and never shows it', async () => {
    const token = shell.put('token', 'hush-hush\n');
    const telegram = `  telegram: { token: 'file:${token}', chats: [1] }\n`;
    shell.write(shell.good + telegram);
    assert.equal((await shell.run(['config', 'check'])).code, 0);
    chmodSync(token, 0o644);
    const { err, code } = await shell.run(['config', 'check']);
    assert.match(err, /bot\.telegram\.token.*chmod 600/);
    assert.doesNotMatch(err, /hush/);
    assert.equal(code, 1);
  });

  it('refuses a chat that sees nothing, and never takes it for one that sees everything', async () => {
    const token = shell.put('token', 'hush-hush\n');
    const telegram = (sees: string) =>
      `  telegram: { token: 'file:${token}', chats: [1, { id: 2, sees: ${sees} }] }\n`;
    shell.write(shell.good + telegram('{ pools: [web], guests: [101, 200-209] }'));
    assert.equal((await shell.run(['config', 'check'])).code, 0);
    shell.write(shell.good + telegram('{ pool: web }'));
    const { err, code } = await shell.run(['config', 'check']);
    assert.match(err, /bot\.telegram\.chats\.1\.sees.*at least one pool or guest/);
    assert.equal(code, 1);
  });

  it('names the environment variable that holds no secret', async () => {
    shell.write(`${shell.good}  telegram: { token: 'env:NO_SUCH_TOKEN', chats: [1] }\n`);
    assert.match((await shell.run(['config', 'check'])).err, /bot\.telegram\.token.*NO_SUCH_TOKEN/);
  });

  it('says that the rules file is not there, and what is wrong inside one', async () => {
    const missing = `${shell.folder}/rules.yaml`;
    shell.write(shell.good.replace('two-person', missing));
    const none = await shell.run(['config', 'check']);
    assert.match(none.err, /rules\.yaml: expected a readable file/);
    assert.equal(none.code, 1);
    shell.put('rules.yaml', 'version: 1\nrules:\n  - { id: A, match: {}, need: [] }\n');
    const bad = await shell.run(['config', 'check']);
    assert.match(bad.err, /rules\.yaml: rules\.0/);
    assert.doesNotMatch(bad.err, /\n\s+at /, 'no stack trace');
  });

  for (const [what, text] of [
    ['is no YAML', 'site: [home\n'],
    ['has an alias without an anchor', 'site: *home\n'],
    ['has a key twice', 'site: home\nsite: other\n'],
    ['is empty', '\n'],
    ['is a list', '- 1\n'],
    ['is binary', '\u0000\u0001\u0002\n'],
  ] as const)
    it(`says in a sentence that the file ${what}`, async () => {
      shell.write(text);
      const { err, code } = await shell.run(['config', 'check']);
      assert.equal(code, 1);
      assert.match(err, /wrong\n.*expected/);
      assert.doesNotMatch(err, /\n\s+at |undefined|\[object/);
    });

  it('says what QUORATE_CONFIG is for when it names no file, or one that is not there', () => {
    const unset = shell.runAlone(['config', 'check'], { QUORATE_CONFIG: '' });
    assert.match(unset.err, /QUORATE_CONFIG names no file/);
    assert.equal(unset.code, 1);
    const gone = shell.runAlone(['config', 'check'], { QUORATE_CONFIG: `${shell.path}/below` });
    assert.match(gone.err, /expected a readable file at .*ENOTDIR/);
    assert.equal(gone.code, 1);
  });

  it('a command that is none, or used wrongly, shows how it is used and exits 2', async () => {
    for (const args of [
      [],
      ['constructor'],
      ['frobnicate'],
      ['config'],
      ['config', 'paint'],
      ['people', 'add', '--shoe'],
    ]) {
      const { err, out, code } = await shell.run(args);
      assert.equal(code, 2, args.join(' '));
      assert.equal(out, '');
      assert.match(err, /quorate|usage/);
    }
    assert.equal(shell.runAlone([]).code, 2);
  });
});
