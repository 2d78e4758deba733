import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { probeMounts, refusedOf } from '#worker/sandbox/probe-mounts';
import { sweepStore } from '#worker/sandbox/store';
import { marked, ran, rehearsed, sh, skip } from './rig.ts';

const until = async (what: string, holds: () => boolean): Promise<void> => {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 500, `never: ${what}`);
    await wait(20);
  }
};

test('a worker that is killed leaves no process and no mount, and the next one sweeps its layers', {
  skip,
}, async () => {
  const store = await mkdtemp(join(tmpdir(), 'quorate-rehearsal-'));
  const mark = `killed-${process.pid}`;
  try {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'killed-child.ts'), store, mark], {
      stdio: 'ignore',
    });
    const started = (): boolean =>
      readdirSync(store).some((name) => existsSync(join(store, name, 'layers/0/upper/started')));
    await until('the script runs', started);
    assert.ok(marked(mark).length >= 3);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until('every process is gone', () => marked(mark).length === 0);
    assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes(store));
    assert.equal(await sweepStore(store), 1);
    assert.deepEqual(readdirSync(store), []);
  } finally {
    await rm(store, { recursive: true });
  }
});

test('the root of this machine can be rehearsed on, and the probe leaves nothing', { skip }, async () => {
  const store = await mkdtemp(join(tmpdir(), 'quorate-rehearsal-'));
  try {
    const probed = await probeMounts('/', store);
    assert.deepEqual(probed.find(({ point }) => point === '/')?.why, null);
    assert.ok(!refusedOf(probed).has('/'));
    assert.deepEqual(readdirSync(store), []);
  } finally {
    await rm(store, { recursive: true });
  }
});

test('a root on which the probe failed is refused, with what failed', { skip }, () =>
  rehearsed(
    sh('true'),
    (outcome) =>
      assert.deepEqual(outcome, {
        outcome: 'refused',
        why: 'root-not-rehearsable',
        detail: 'whiteout failed: Invalid argument',
      }),
    { refusedMounts: new Map([['/', 'whiteout failed: Invalid argument']]) },
  ),
);

test('a folder with a system in it is a root of its own, and this machine is not in it', {
  skip,
}, async () => {
  const root = await mkdtemp(join(tmpdir(), 'quorate-scratch-'));
  try {
    for (const name of ['etc', 'proc', 'sys', 'dev', 'run', 'tmp', 'usr', 'root'])
      mkdirSync(join(root, name));
    const { cp, readlink, symlink } = await import('node:fs/promises');
    mkdirSync(join(root, 'usr/bin'));
    mkdirSync(join(root, 'usr/lib'));
    for (const name of ['bin', 'lib', 'lib64'] as const) {
      const target = await readlink(`/${name}`).catch(() => `usr/${name}`);
      mkdirSync(join(root, target), { recursive: true });
      await symlink(target, join(root, name));
    }
    await cp('/bin/dash', join(root, 'usr/bin/sh'), { dereference: true });
    const libraries = [
      '/lib64/ld-linux-x86-64.so.2',
      '/lib/x86_64-linux-gnu/libc.so.6',
      '/lib/ld-linux-aarch64.so.1',
      '/lib/aarch64-linux-gnu/libc.so.6',
    ];
    for (const path of libraries.filter(existsSync)) await cp(path, join(root, path), { dereference: true });
    writeFileSync(join(root, 'etc/hosts'), 'scratch\n');
    await rehearsed(
      sh('read a < /etc/hosts; echo "$a"; echo new >> /etc/hosts; [ -e /etc/passwd ] || echo alone'),
      (outcome) => {
        const { stdout, stderr, layers } = ran(outcome);
        assert.equal(stderr.head.toString(), '');
        assert.equal(stdout.head.toString(), 'scratch\nalone\n');
        assert.deepEqual(
          layers.map(({ mount, lower }) => [mount, lower]),
          [['/', root]],
        );
        assert.equal(readFileSync(`${layers[0]?.upper}/etc/hosts`, 'utf8'), 'scratch\nnew\n');
      },
      { root },
    );
    assert.equal(readFileSync(join(root, 'etc/hosts'), 'utf8'), 'scratch\n');
  } finally {
    await rm(root, { recursive: true });
  }
});
