import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { appendCheckpoint } from '#db/audit/checkpoint';
import { sha256 } from '#db/canonical';
import { ledgerWith, tamper } from '../../db/audit/scratch.ts';
import { openShell } from './run-quorate.ts';

describe('quorate audit', () => {
  const shell = openShell();
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const file = (name: string): string => join(shell.folder, `${name}.sqlite`);
  before(() => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    shell.put('key.pem', String(pem));
    for (const name of ['whole', 'altered', 'cut']) {
      const db = ledgerWith(file(name), 9);
      const note = appendCheckpoint(db, { origin: 'home', key: privateKey, at: 1 });
      shell.put(`${name}.note`, note ?? '');
      db.close();
    }
    tamper(file('altered'), (sqlite) =>
      sqlite.exec("UPDATE audit SET line = replace(line, 'ivan', 'ada') WHERE seq = 4"),
    );
    tamper(file('cut'), (sqlite) =>
      sqlite.exec('DELETE FROM audit_checkpoint; DELETE FROM audit WHERE seq > 5'),
    );
  });
  after(() => shell.close());

  const verify = (name: string, ...more: readonly string[]) =>
    shell.runAlone(['audit', 'verify', file(name), ...more]);
  const anchored = (name: string) =>
    verify(name, '--key', join(shell.folder, 'key.pem'), '--checkpoint', join(shell.folder, `${name}.note`));

  it('a whole log is told whole with its length and head, and which tail no checkpoint covers', () => {
    const { out, code } = verify('whole');
    assert.match(out, /whole, 9 records, head [0-9a-f]{64}/);
    assert.match(out, /tail after record 0 is covered by no checkpoint/);
    assert.equal(code, 0);
    const sealed = anchored('whole');
    assert.doesNotMatch(sealed.out, /no checkpoint/);
    assert.equal(sealed.code, 0);
  });

  it('one altered record is found and named, without any configuration', () => {
    const { err, code } = shell.runAlone(['audit', 'verify', file('altered')], { QUORATE_CONFIG: '' });
    assert.match(err, /BROKEN at record 4: edited/);
    assert.equal(code, 1);
  });

  it('a cut tail is whole to the file alone and broken to a checkpoint that was kept elsewhere', () => {
    assert.equal(verify('cut').code, 0);
    const { err, code } = anchored('cut');
    assert.match(err, /BROKEN at record 6: tail-cut \(a checkpoint saw 9 records, the file has 5\)/);
    assert.equal(code, 1);
  });

  it('a file that is none, is missing or is no log is told so in a sentence that names it', () => {
    writeFileSync(file('text'), 'these are the times that try men’s souls\n'.repeat(200));
    for (const verb of ['verify', 'export'])
      for (const [name, words] of [
        ['text', /text\.sqlite: this is not a SQLite database/],
        ['missing', /missing\.sqlite: it cannot be opened/],
      ] as const) {
        const { out, err, code } = shell.runAlone(['audit', verb, file(name)]);
        assert.match(err, words, verb);
        assert.equal(out, '');
        assert.equal(code, 1);
        assert.doesNotMatch(err, /\n\s+at /);
      }
    const note = verify('whole', '--checkpoint', shell.path);
    assert.match(note.err, /BROKEN at record 0: bad-checkpoint/);
  });

  it('exports each record as it was sealed, so that the chain can be checked with sha256sum alone', () => {
    const { out, code } = shell.runAlone(['audit', 'export', file('whole')]);
    assert.equal(code, 0);
    const lines = out.trimEnd().split('\n');
    assert.equal(lines.length, 9);
    lines.slice(1).forEach((line, index) => assert.equal(JSON.parse(line).prev, sha256(lines[index] ?? '')));
  });

  it('exports a table by RFC 4180, with quotes and commas kept', () => {
    const { out } = shell.runAlone(['audit', 'export', '--csv', file('whole')]);
    const [head, first] = out.split('\r\n');
    assert.equal(head, 'seq,at,kind,actor,target,change,facts,prev,hash');
    assert.match(first ?? '', /^1,1001,click\.refused,.*"\{""i"":1,""note"":""x, \\""y\\""""\}"/);
    assert.equal(out.trimEnd().split('\r\n').length, 10);
  });
});
