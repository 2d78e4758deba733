import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { findScript, listScripts } from '#worker/scripts/catalogue';

const TEXT = '#!/bin/sh\necho hello\n';
const SHA = createHash('sha256').update(TEXT).digest('hex');

let folder = '';
let catalogue = '';
let script = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quorate-scripts-'));
  catalogue = join(folder, 'scripts.yaml');
  script = join(folder, 'hello.sh');
  writeFileSync(script, TEXT);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const enter = (more = ''): void =>
  writeFileSync(
    catalogue,
    `version: 1\nscripts:\n  hello:\n    title: Says hello\n    path: ${script}\n    sha256: ${SHA}\n${more}`,
  );

test('a script of the catalogue is found by its name, whole', () => {
  enter('    args: [--loud, "two words"]\n');
  const entered = { title: 'Says hello', path: script, sha256: SHA, args: ['--loud', 'two words'] };
  assert.deepEqual(listScripts(catalogue), { ok: true, value: [{ name: 'hello', ...entered }] });
  const found = findScript(catalogue, 'hello');
  assert.ok(found.ok);
  assert.equal(found.value.bytes.toString(), TEXT);
  assert.deepEqual(found.value.args, ['--loud', 'two words']);
});

test('a node without a catalogue has no scripts', () => {
  assert.deepEqual(listScripts(catalogue), { ok: true, value: [] });
  assert.deepEqual(findScript(catalogue, 'hello'), { ok: false, error: { script: 'unknown', known: [] } });
});

test('a script that is not in the catalogue is unknown, also one named as what every object has', () => {
  enter();
  for (const name of ['other', 'constructor', '__proto__', '../hello'])
    assert.deepEqual(findScript(catalogue, name), {
      ok: false,
      error: { script: 'unknown', known: ['hello'] },
    });
});

test('a script that was edited since it was entered is not planned', () => {
  enter();
  writeFileSync(script, `${TEXT}reboot\n`);
  const found = findScript(catalogue, 'hello');
  assert.ok(!found.ok && found.error.script === 'other-content');
  assert.equal(found.error.path, script);
  assert.notEqual(found.error.sha256, SHA);
});

const complaintOf = (): string => {
  const found = findScript(catalogue, 'hello');
  if (found.ok || found.error.script !== 'broken') return 'no complaint';
  return found.error.complaints.map(({ at, expected }) => `${at.replace(folder, '')}: ${expected}`).join();
};

test('a script or a catalogue that others may write is not believed', () => {
  enter();
  chmodSync(script, 0o666);
  assert.equal(complaintOf(), '/hello.sh: nobody else to write it: chmod go-w (mode 666)');
  chmodSync(script, 0o644);
  chmodSync(catalogue, 0o664);
  assert.equal(complaintOf(), '/scripts.yaml: nobody else to write it: chmod go-w (mode 664)');
  assert.equal(listScripts(catalogue).ok, false);
});

test('a catalogue that is wrong says where, and a script that is not there is named', () => {
  enter('    shell: bash\n');
  assert.equal(complaintOf(), '/scripts.yaml scripts.hello.shell: no such key');
  enter();
  rmSync(script);
  assert.equal(complaintOf(), '/hello.sh: a file');
  symlinkSync('/nowhere', script);
  assert.equal(complaintOf(), '/hello.sh: a file behind this link');
});
