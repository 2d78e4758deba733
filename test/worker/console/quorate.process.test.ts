import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';

const QUORATE = join(import.meta.dirname, '../../../.run/quorate');

const skip = process.geteuid?.() === 0 ? false : 'needs root: rehearses over the real root of this machine';

/** `nobody` of Debian's base-passwd, who may write nowhere. */
const NOBODY = { uid: 65_534, gid: 65_534 };

describe('On the console of a node', { skip }, () => {
  let folder: string;
  let file: string;
  const saved = (): string => join(folder, 'plan.json');
  const state = (): readonly string[] => ['--state', join(folder, 'state')];

  const quorate = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(QUORATE, args, { encoding: 'utf8', input: '' });
    return { status, stdout, stderr };
  };
  const plan = (script: string, ...options: readonly string[]) =>
    quorate('plan', ...state(), ...options, '--', 'sh', '-c', script);

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'quorate-console-'));
    file = join(folder, 'host', 'file');
    mkdirSync(join(folder, 'host'));
  });
  beforeEach(() => {
    writeFileSync(file, 'one\n', { mode: 0o644 });
    rmSync(saved(), { force: true });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('any command is planned: what it would change is shown, and this machine is as before', () => {
    const { status, stdout } = plan(
      `echo two >> ${file}; rm /etc/fstab; systemctl restart chrony; echo it ran`,
    );
    assert.equal(status, 0);
    assert.match(stdout, /^2 paths would change; the command ended with 0\. This host was not touched\.$/m);
    assert.match(stdout, new RegExp(`^${file} \\(changed\\)$`, 'm'));
    assert.match(stdout, /^\+two$/m);
    assert.match(stdout, /^\/etc\/fstab \(deleted\)$/m);
    assert.match(stdout, /^! systemctl restart chrony \(unit: not done\)$/m);
    assert.match(stdout, /^ {2}units: line 1$/m);
    assert.match(stdout, /^\| it ran$/m);
    assert.equal(readFileSync(file, 'utf8'), 'one\n');
    assert.ok(existsSync('/etc/fstab'));
  });

  it('a command is meant where it was typed, and what it would have started is told', () => {
    writeFileSync(
      join(folder, 'host', 'tweaks.sh'),
      '#!/bin/sh\nprintf "[Install]\\nWantedBy=multi-user.target\\n" > /etc/systemd/system/own.service\n' +
        'systemctl enable --now own.service\necho two >> file\n',
      { mode: 0o755 },
    );
    const { status, stdout, stderr } = spawnSync(QUORATE, ['plan', ...state(), '--', './tweaks.sh'], {
      encoding: 'utf8',
      cwd: join(folder, 'host'),
      env: { ...process.env, INIT_CWD: undefined }, // npm says there where it was started
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^\+two$/m);
    assert.match(stdout, /^\+ own\.service \(multi-user\.target\.wants\)$/m);
    assert.match(
      stdout,
      /^! systemctl enable --now own\.service \(unit: its files only; nothing started or stopped\)$/m,
    );
    assert.match(stdout, /^ {2}units: line 3$/m);
  });

  it('what a plan that was killed left is gone after the next one', () => {
    const left = join(folder, 'state', 'rehearsals', 'r-999999999-left');
    mkdirSync(left, { recursive: true });
    plan('true');
    assert.equal(existsSync(left), false);
  });

  it('a mount that cannot be rehearsed on is named, and the rest is planned', () => {
    // An overlay of an overlay: the kernel stacks no third one on it. In a namespace of its own, so that nobody else meets it.
    const deep = join(folder, 'deep');
    const lay = (lower: string, at: string): string =>
      `mkdir -p ${at} ${at}.upper ${at}.work; mount -t overlay o -o lowerdir=${lower},upperdir=${at}.upper,workdir=${at}.work ${at}`;
    const lines = `set -e; mkdir -p ${deep}; mount -t tmpfs none ${deep}; mkdir ${deep}/low; ${lay(`${deep}/low`, `${deep}/one`)}
      ${lay(`${deep}/one`, `${deep}/two`)}; exec "$@"`;
    for (const how of ['tried', 'remembered']) {
      const planned = [...state(), '--', 'sh', '-c', `echo two >> ${file}; : > ${deep}/two/x`];
      const { status, stdout, stderr } = spawnSync(
        'unshare',
        ['-m', 'sh', '-c', lines, 'sh', QUORATE, 'plan', ...planned],
        { encoding: 'utf8' },
      );
      assert.equal(status, 3, stderr);
      assert.match(stdout, /^\+two$/m, how);
      assert.match(
        stdout,
        new RegExp(`^  ${deep}/two: read-only, mount failed: Invalid argument$`, 'm'),
        how,
      );
    }
  });

  it('a plan is told to programs as one JSON object', () => {
    const { status, stdout } = plan(`chmod 600 ${file}; reboot; exit 4`, '--json');
    assert.equal(status, 3, 'the command itself failed');
    const told: unknown = JSON.parse(stdout);
    assert.ok(
      typeof told === 'object' && told !== null && 'files' in told && 'asked' in told && 'code' in told,
    );
    assert.equal(told.code, 4);
    assert.deepEqual(
      (told.files as { path: string }[]).map(({ path }) => path), // what this command prints
      [file],
    );
    assert.deepEqual(told.asked, [{ command: ['reboot'], effect: 'power', met: 'recorded', known: true }]);
    assert.equal(statSync(file).mode & 0o777, 0o644);
  });

  it('a saved plan is applied exactly, once, and taken back', () => {
    plan(`echo two >> ${file}; mkdir ${folder}/host/new; echo x > ${folder}/host/new/x`, '--save', saved());
    assert.equal(statSync(saved()).mode & 0o777, 0o600);
    const asked = quorate('apply', saved(), ...state());
    assert.equal(asked.status, 1, 'nobody said yes');
    assert.equal(readFileSync(file, 'utf8'), 'one\n');
    const done = quorate('apply', saved(), '--yes', ...state());
    assert.equal(done.status, 0, done.stderr);
    assert.equal(readFileSync(file, 'utf8'), 'one\ntwo\n');
    assert.equal(readFileSync(join(folder, 'host/new/x'), 'utf8'), 'x\n');
    assert.match(quorate('apply', saved(), '--yes', ...state()).stderr, /nothing was changed: drift/);
    const id = /quorate undo (\S+)/.exec(done.stdout)?.[1] ?? '';
    assert.equal(quorate('undo', id, ...state()).status, 0);
    assert.equal(readFileSync(file, 'utf8'), 'one\n');
    assert.equal(existsSync(join(folder, 'host/new')), false);
    assert.equal(quorate('undo', id, ...state()).status, 1, 'it is taken back once');
  });

  it('what was edited after the plan is not written over, nor what was edited after the apply taken back', () => {
    plan(`echo two >> ${file}`, '--save', saved());
    writeFileSync(file, 'mine\n');
    const refused = quorate('apply', saved(), '--yes', ...state());
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /drift/);
    assert.equal(readFileSync(file, 'utf8'), 'mine\n');
    writeFileSync(file, 'one\n');
    const done = quorate('apply', saved(), '--yes', ...state());
    writeFileSync(file, 'later\n');
    const id = /quorate undo (\S+)/.exec(done.stdout)?.[1] ?? assert.fail();
    const undone = quorate('undo', id, ...state());
    assert.equal(undone.status, 1);
    assert.match(undone.stdout, new RegExp(`edited since:\n  ${file}`));
    assert.equal(readFileSync(file, 'utf8'), 'later\n');
    // What it displaced is kept for whoever looks for it; this machine is to be as before.
    rmSync(join('/.quorate-changes', id), { recursive: true });
  });

  it('a plan that somebody altered is not applied', () => {
    plan(`echo two > ${file}`, '--save', saved());
    const text = readFileSync(saved(), 'utf8');
    const alter = (from: string, to: string, says: RegExp): void => {
      assert.ok(text.includes(from), from);
      writeFileSync(saved(), text.replaceAll(from, to));
      // Where it was made the true content is at hand, so the altered one is not even looked at.
      const { status, stderr } = quorate(
        'apply',
        saved(),
        '--yes',
        '--state',
        mkdtempSync(join(folder, 'elsewhere-')),
      );
      assert.equal(status, 1);
      assert.match(stderr, says);
      assert.equal(readFileSync(file, 'utf8'), 'one\n');
    };
    alter(`${file}\\"`, `${folder}/other\\"`, /the plan was altered/);
    alter('"root":"/"', '"root":"/srv"', /the plan was altered/);
    alter('"command":["sh"', '"command":["true","sh"', /the plan was altered/);
    alter('"profile":"posix"', '"profile":"pmxcfs"', /the plan was altered/);
    alter(
      Buffer.from('two\n').toString('base64'),
      Buffer.from('six\n').toString('base64'),
      /content altered/,
    );
    alter('"version":1', '"version":2', /no plan that can be read: version/);
    alter('"quorate"', '"quorate', /no plan that can be read/);
  });

  it('says how it is used where it is asked to, and runs nothing', () => {
    for (const name of ['plan', 'apply', 'undo']) {
      const { status, stdout, stderr } = quorate(name, '--help');
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, new RegExp(`^usage: quorate ${name} .*\\n$`));
    }
  });

  it('asked for help without a command it names those of the node and those of the bot', () => {
    for (const args of [[], ['--help']]) {
      const { status, stdout } = quorate(...args);
      assert.equal(status, 0);
      assert.match(stdout, /usage: quorate plan [^]*usage: quorate undo [^]*config check/);
    }
  });

  it('whoever is not root is told so, and nothing is made', (context) => {
    const isOpen = spawnSync('test', ['-r', QUORATE], NOBODY).status === 0;
    if (!isOpen) return context.skip('the folder of this project is open to its owner alone');
    const { status, stderr } = spawnSync(QUORATE, ['plan', '--', 'true'], { ...NOBODY, encoding: 'utf8' });
    assert.deepEqual([status, stderr], [1, 'not run: not root (user 65534)\n']);
  });

  it('a plan that could not be saved is not rehearsed, and what is there stays', () => {
    const mine = join(folder, 'there.plan');
    writeFileSync(mine, 'mine');
    const there = quorate('plan', '--save', mine, ...state(), '--', 'true');
    assert.equal(there.status, 1);
    assert.match(
      there.stderr,
      /^nothing was rehearsed, for it could not be saved: .*there\.plan is there already$/m,
    );
    assert.equal(readFileSync(mine, 'utf8'), 'mine');
    const nowhere = quorate('plan', '--save', join(folder, 'no/a.plan'), ...state(), '--', 'true');
    assert.match(nowhere.stderr, /there is no folder .*\/no$/m);
  });

  it('a wrong use says how it is used', () => {
    for (const args of [['plan'], ['apply'], ['undo', 'x'], ['plan', '--jason', '--', 'true']])
      assert.equal(quorate(...args).status, 2, args.join(' '));
    assert.match(quorate('plan').stderr, /usage: quorate plan/);
    assert.match(quorate('undo', '--all').stderr, /Unknown option '--all'[^]*usage: quorate undo ID/);
    assert.equal(quorate('apply', '/nowhere', ...state()).status, 1);
  });
});
