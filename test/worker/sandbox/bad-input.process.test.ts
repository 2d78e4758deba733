import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scan } from '#worker/changeset/scan';
import type { Limits, Stopped } from '#worker/sandbox/limits/limits';
import { run } from '#worker/shell/run';
import { ran, rehearsed, sh, skip } from './rig.ts';

const MIB = 2 ** 20;

const stops = (
  title: string,
  line: string,
  { by, limits }: { readonly by: readonly Stopped[]; readonly limits: Partial<Limits> },
): void => {
  test(title, { skip }, () =>
    rehearsed(
      sh(line),
      (outcome) => {
        assert.equal(outcome.outcome, 'stopped', JSON.stringify(outcome).slice(0, 500));
        assert.ok(
          outcome.outcome === 'stopped' && by.includes(outcome.by),
          JSON.stringify(outcome).slice(0, 200),
        );
      },
      { limits },
    ),
  );
};

stops('a script that sleeps for ever is stopped by the clock', 'sleep 1000', {
  by: ['time'],
  limits: { time: 300 },
});
stops(
  'a script that ignores every signal is stopped by the clock',
  "trap '' TERM INT HUP QUIT; while :; do sleep 1; done",
  {
    by: ['time'],
    limits: { time: 300 },
  },
);
stops(
  'a script that forks for ever is stopped, and so are its children',
  'exec perl -e "while (1) { fork }"',
  {
    by: ['time', 'memory'],
    limits: { time: 500, processes: 60 },
  },
);
stops('a script that says a gigabyte is stopped by its output', 'exec head -c 1G /dev/zero', {
  by: ['output'],
  limits: {},
});
stops('a script that removes everything there is is stopped by the clock', 'rm -rf --no-preserve-root /', {
  by: ['time'],
  limits: { time: 500 },
});
stops(
  'a script that fills the disk is stopped by its layer',
  'for i in 1 2 3 4 5 6 7 8; do dd if=/dev/zero of=/f$i bs=1M count=30 2>/dev/null; done; sleep 1000',
  {
    by: ['disk'],
    limits: { disk: 64 * MIB, time: 20_000 },
  },
);
stops(
  'a script that makes files for ever is stopped by their number',
  'i=0; while :; do i=$((i+1)); : > /n$i; done',
  {
    by: ['entries'],
    limits: { entries: 2000, time: 20_000 },
  },
);
stops('a script that eats memory is stopped by it', 'perl -e \'$x = "x" x (400 * 2**20); sleep 1\'; exit 0', {
  by: ['memory'],
  limits: { memory: 64 * MIB, time: 20_000 },
});
stops(
  'a script that calls stand-ins for ever is stopped by their number',
  'while :; do systemctl start x; done',
  {
    by: ['records'],
    limits: { records: 5, time: 20_000 },
  },
);

test('of a gigabyte of output the two ends are kept and the rest is counted', { skip }, () =>
  rehearsed(
    sh('echo first; head -c 1G /dev/zero; echo last'),
    (outcome) => {
      const { stdout } = ran(outcome);
      assert.equal(stdout.bytes, 1024 * MIB + 11);
      assert.match(stdout.head.toString('latin1'), /^first/);
      assert.match(stdout.tail.toString('latin1'), /last\n$/);
      assert.ok(stdout.head.length + stdout.tail.length <= 128 * 1024);
    },
    { limits: { output: 2048 * MIB } },
  ),
);

test('daemons that a script leaves behind are ended with it, those that ignore signals too', { skip }, () =>
  rehearsed(
    sh(
      `for i in 1 2 3; do setsid sh -c "trap '' TERM HUP INT; sleep 300; sleep 300" >/dev/null & done; exit 7`,
    ),
    (outcome) => assert.equal(ran(outcome).code, 7),
  ),
);

test('ten thousand names of one file are as many changes of one content', { skip }, () =>
  rehearsed(
    {
      argv: ['perl', '-'],
      stdin:
        'open my $f, ">", "/etc/n0"; print $f "x"; close $f; link("/etc/n0", "/etc/n$_") or die for 1 .. 10_000',
    },
    (outcome) => {
      const { layers, code } = ran(outcome);
      assert.equal(code, 0);
      const found = scan(layers);
      assert.ok(found.ok, JSON.stringify(found));
      const { changes, content } = found.value;
      assert.equal(changes.length, 10_001);
      assert.equal(changes.filter(({ link }) => link === '/etc/n0').length, 10_000);
      assert.equal(content.size, 1);
    },
  ),
);

test('an immutable file stays as it is inside, and no change is told of it', { skip }, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'quorate-immutable-'));
  const file = join(folder, 'file');
  try {
    await writeFile(file, 'one');
    const fixed = await run('chattr', ['+i', file]);
    if (!fixed.ok) return context.skip(`no immutable files below ${tmpdir()}`);
    const script = `echo two > ${file}; echo two >> ${file}; rm -f ${file}; chmod 600 ${file}; chattr -i ${file}; cat ${file}`;
    await rehearsed(sh(`(${script}) 2>/dev/null`), (outcome) => {
      const { stdout, layers } = ran(outcome);
      assert.equal(stdout.head.toString(), 'one');
      const found = scan(layers);
      assert.deepEqual(found.ok && found.value.changes, []);
    });
  } finally {
    await run('chattr', ['-i', file]);
    await rm(folder, { recursive: true });
  }
});

test('a store on a disk that is nearly full is left alone', { skip }, async () => {
  const store = await mkdtemp(join(tmpdir(), 'quorate-small-'));
  assert.ok((await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'none', store])).ok);
  try {
    await rehearsed(
      sh('sleep 1000'),
      (outcome) => assert.equal(outcome.outcome === 'stopped' && outcome.by, 'disk-full'),
      { store: join(store, 'in') },
    );
  } finally {
    assert.ok((await run('umount', [store])).ok, 'nothing holds it');
    await rm(store, { recursive: true });
  }
});

test('a file with a hole of a terabyte is refused by its size', { skip }, () =>
  rehearsed(sh('truncate -s 1T /hole; echo "code $?"'), (outcome) => {
    assert.match(ran(outcome).stdout.head.toString(), /code [1-9]/);
  }),
);

test('a device node that a script makes opens nothing', { skip }, () =>
  rehearsed(sh('mknod /disk b 254 0 && head -c 1 /disk; echo "code $?"'), (outcome) => {
    const { stdout, stderr } = ran(outcome);
    assert.equal(stdout.head.toString(), 'code 1\n');
    assert.match(stderr.head.toString(), /Permission denied/);
  }),
);

test('names with line breaks and names that are not UTF-8 are as they were', { skip }, () =>
  rehearsed(
    {
      argv: ['perl', '-'],
      stdin: 'for ("/etc/a\\nb", "/etc/\\xff\\xfe") { open my $f, ">", $_; print $f "x" }',
    },
    (outcome) => {
      const upper = ran(outcome).layers[0]?.upper ?? '';
      const names = readdirSync(`${upper}/etc`, { encoding: 'latin1' });
      assert.deepEqual(names.toSorted(), ['a\nb', '\xff\xfe']);
    },
  ),
);

test('a script that ends by a signal has a code, one that is not there too', { skip }, async () => {
  await rehearsed(sh('kill -9 $$'), (outcome) => assert.equal(ran(outcome).code, 137));
  await rehearsed(sh('exit 125'), (outcome) => assert.equal(ran(outcome).code, 125));
  await rehearsed({ argv: ['/no/such'] }, (outcome) => assert.notEqual(ran(outcome).code, 0));
});

test('what cannot be started is refused with a reason', { skip }, async () => {
  await rehearsed({ argv: ['a\0b'] }, (outcome) =>
    assert.deepEqual(outcome, { outcome: 'refused', why: 'bad-script', detail: 'a NUL byte' }),
  );
  await rehearsed(
    sh('true'),
    (outcome) => assert.equal(outcome.outcome === 'refused' && outcome.why, 'no-root-folder'),
    { root: '/nowhere' },
  );
  await rehearsed(
    sh('true'),
    (outcome) => assert.equal(outcome.outcome === 'refused' && outcome.why, 'not-set-up'),
    { root: '/srv' },
  );
});

test('a rehearsal is stopped when it is cancelled', { skip }, () =>
  rehearsed(
    sh('sleep 1000'),
    (outcome) => assert.equal(outcome.outcome === 'stopped' && outcome.by, 'cancelled'),
    {
      signal: AbortSignal.timeout(200),
    },
  ),
);

test('no control group is left behind', { skip }, () => {
  const folders = ['/sys/fs/cgroup', '/sys/fs/cgroup/pids', '/sys/fs/cgroup/memory'].filter(existsSync);
  const left = folders
    .flatMap((folder) => readdirSync(folder))
    .filter((name) => name.startsWith(`quorate-rehearsal-${process.pid}`));
  assert.deepEqual(left, []);
  assert.ok(!readFileSync('/proc/self/mountinfo', 'utf8').includes('quorate-rehearsal'));
});
