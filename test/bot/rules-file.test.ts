import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { watchRules } from '#bot/rules-file';

describe('a watched rule file', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-watch-'));
    file = join(folder, 'rules.yaml');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read at the first look, and then only after it was edited', () => {
    writeFileSync(file, 'version: 1\nrules: []\n');
    const look = watchRules(file);
    assert.equal(look()?.ok, true);
    assert.equal(look(), null);
    writeFileSync(file, 'version: 1\nmode: production\nrules: []\n');
    assert.equal(look(), null);
    const read = look();
    assert.ok(read?.ok && read.value.mode === 'production');
    assert.equal(look(), null);
  });

  it('is not read while it is being written', () => {
    writeFileSync(file, 'version: 1\nrules: []\n');
    const look = watchRules(file);
    look();
    for (const half of [
      'version: 1\nru',
      'version: 1\nrules: [{',
      'version: 1\nmode: production\nrules: []\n',
    ]) {
      writeFileSync(file, half);
      assert.equal(look(), null);
    }
    assert.equal(look()?.ok, true);
  });

  it('that is gone is said once, and so is one that comes back', () => {
    const look = watchRules(file);
    assert.equal(look()?.ok, false);
    assert.equal(look(), null);
    writeFileSync(file, 'version: 1\nrules: []\n');
    assert.equal(look(), null);
    assert.equal(look()?.ok, true);
  });

  it('may be a preset by its name', () => {
    assert.equal(watchRules('one-admin')()?.ok, true);
  });
});
