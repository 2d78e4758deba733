import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { BOOT_UNIT, installBootUnit } from '#worker/network/boot-unit';
import { type NetworkHost, STATE } from '#worker/network/network-host';
import { run } from '#worker/shell/run';

const skip = spawnSync('systemctl', ['--version']).status === 0 ? false : 'systemctl is not here';
const UNITS = 'etc/systemd/system';

describe('The unit that takes a network change back at boot', { skip }, () => {
  let root: string;
  let host: NetworkHost;
  const unit = (): string => join(root, UNITS, BOOT_UNIT);
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'quorate-boot-unit-'));
    for (const each of ['run/systemd/system', UNITS]) mkdirSync(join(root, each), { recursive: true });
    // The real systemctl on a root in which no systemd runs: it changes files there and nothing else.
    host = { root, state: STATE, run: (file, args) => run(file, [`--root=${root}`, ...args]) };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const isEnabled = (): string => {
    const { stdout } = spawnSync('systemctl', [`--root=${root}`, 'is-enabled', BOOT_UNIT]);
    return stdout.toString().trim();
  };

  it('is there and enabled before anything is armed, and a second time nothing is written', async () => {
    assert.deepEqual(await installBootUnit(host), { ok: true, value: true });
    assert.equal(isEnabled(), 'enabled');
    const before = readFileSync(unit());
    assert.deepEqual(await installBootUnit(host), { ok: true, value: true });
    assert.deepEqual(readFileSync(unit()), before);
  });

  it('replaces that of an older version', async () => {
    writeFileSync(unit(), '[Unit]\nDescription=old\n');
    assert.deepEqual(await installBootUnit(host), { ok: true, value: true });
    assert.match(readFileSync(unit(), 'utf8'), /Before=network-pre\.target/);
  });

  it('that cannot be put there, or is masked, is why nothing is armed', async () => {
    mkdirSync(unit());
    const inTheWay = await installBootUnit(host);
    assert.match(inTheWay.ok ? '' : inTheWay.error, /not a regular file/);
    rmSync(unit(), { recursive: true });
    symlinkSync('/dev/null', unit());
    assert.equal((await installBootUnit(host)).ok, false);
  });

  it('is none where systemd does not run the host', async () => {
    rmSync(join(root, 'run'), { recursive: true });
    assert.deepEqual(await installBootUnit(host), { ok: true, value: true });
    assert.ok(!existsSync(unit()));
  });

  it('is one that systemd can read', () => {
    const file = join(import.meta.dirname, '../../../worker/network', BOOT_UNIT);
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', file]);
    assert.equal(stderr.toString(), '');
  });
});
