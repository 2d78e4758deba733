import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from '#worker/shell/run';
import { ran, rehearsed, sh, skip } from './rig.ts';

const AREAS = [
  '/etc',
  '/usr/local',
  '/opt',
  '/boot',
  '/srv',
  '/var/lib/dpkg',
  '/var/lib/systemd',
  '/var/spool',
];

/** Counters of the kernel that move by themselves. */
const MOVING =
  /random|-nr$|_state$|-state$|last_pid|ns_last|count$|\/nr$|_cost|next_id|sched_domain|bandwidth/;

const output = async (file: string, args: readonly string[]): Promise<string> => {
  const result = await run(file, args, { most: 2 ** 28, timeout: 60_000 });
  return result.ok ? result.value : `failed: ${JSON.stringify(result.error)}`;
};

/** Metadata with the time of the last change (ctime), which nobody can set back, so contents are covered too. */
const files = async (): Promise<string> => {
  const listed = await output('find', [...AREAS, '-printf', '%p %y %m %U %G %s %T@ %C@ %n %l\\0']);
  return createHash('sha256').update(listed.split('\0').toSorted().join('\0')).digest('hex');
};

const tops = (): string => readdirSync('/').toSorted().join(' ');

const kernelValues = async (): Promise<Record<string, string>> => {
  const listed = await output('find', ['/proc/sys', '-type', 'f', '-readable', '-perm', '/200']);
  const paths = listed.split('\n').filter((path) => path !== '' && !MOVING.test(path));
  return Object.fromEntries(
    paths.map((path) => {
      try {
        return [path, readFileSync(path, 'latin1')];
      } catch {
        // Some values can only be read in some states of the machine.
        return [path, 'unreadable'];
      }
    }),
  );
};

const host = async (): Promise<Record<string, unknown>> => ({
  files: await files(),
  tops: tops(),
  net: [
    await output('ip', ['-j', 'link']),
    await output('ip', ['-j', 'route']),
    await output('ip', ['-j', 'rule']),
  ],
  kernel: await kernelValues(),
  // Other suites mount below the folder for temporary files meanwhile.
  mounts: readFileSync('/proc/self/mountinfo', 'latin1')
    .split('\n')
    .filter((line) => !line.includes(' /tmp/') || line.includes('quorate-rehearsal')),
  hostname: await output('hostname', []),
});

const scripts = {
  tweaks:
    "echo '10.9.9.9 other' >> /etc/hosts; useradd -m bob; chmod 600 /etc/issue; rm /etc/motd; mkdir -p /etc/x/y; ln -s y /etc/x/z",
  units: 'systemctl enable --now cron; systemctl mask rsyslog; systemctl daemon-reload; reboot; poweroff',
  destroying: 'rm -rf /etc /boot /srv /usr/local/sbin /var/spool 2>/dev/null; echo x > /etc',
  kernel:
    'sysctl -w vm.swappiness=1; echo 1 > /proc/sys/vm/swappiness; hostname other; date -s 2001-01-01; ip link set lo down',
  daemons: 'setsid sleep 300 & (nohup sleep 300 >/dev/null 2>&1 &); sleep 0.05',
};

for (const [name, line] of Object.entries(scripts)) {
  test(`a rehearsal leaves the machine as it was: ${name}`, { skip }, async () => {
    const before = await host();
    await rehearsed(sh(line), (outcome) => assert.ok(ran(outcome).layers.length > 0));
    assert.deepEqual(await host(), before);
  });
}

test('what a script did is in the upper layer, and what it asked for on record', { skip }, () =>
  rehearsed(sh('echo x >> /etc/hosts; systemctl restart cron; systemctl frobnicate'), (outcome) => {
    const { layers, records, code } = ran(outcome);
    assert.equal(code, 0);
    const upper = layers.find(({ mount }) => mount === '/')?.upper;
    assert.match(readFileSync(`${upper}/etc/hosts`, 'utf8'), /x\n$/);
    assert.deepEqual(
      records.map(({ seq, program, args, met, known }) => ({ seq, program, args, met, known })),
      [
        { seq: 1, program: 'systemctl', args: ['restart', 'cron'], met: 'recorded', known: true },
        { seq: 2, program: 'systemctl', args: ['frobnicate'], met: 'recorded', known: false },
      ],
    );
  }),
);
