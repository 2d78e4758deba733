import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scan } from '#worker/changeset/scan';
import { ran, rehearsed, sh, skip } from './rig.ts';

/** A mount of this machine with a file in it. */
const withMount = async (use: (at: string) => Promise<void>): Promise<void> => {
  const at = await mkdtemp(join(tmpdir(), 'quorate-mount-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', at]);
  try {
    writeFileSync(join(at, 'there'), 'one\n');
    await use(at);
  } finally {
    execFileSync('sh', ['-c', '! mountpoint -q "$0" || umount "$0"', at]);
    await rm(at, { recursive: true, force: true });
  }
};

/** Takes the mount away while the script asks its question. */
const takenAway = (at: string) => async () => {
  execFileSync('umount', [at]);
  return { code: 0, out: 'active\n' };
};

test(
  'a single file that is mounted somewhere, as in a container, is shown as it is and cannot be written to',
  {
    skip,
  },
  () =>
    withMount(async (at) => {
      execFileSync('mount', ['--bind', join(at, 'there'), join(at, 'there')]);
      try {
        await rehearsed(sh(`cat ${at}/there; echo two >${at}/there`), (outcome) => {
          const { stdout, mounts, code } = ran(outcome);
          assert.equal(stdout.head.toString(), 'one\n');
          assert.notEqual(code, 0);
          const file = mounts.find(({ point }) => point === join(at, 'there'));
          assert.equal(file && 'why' in file && file.why, 'a single file is mounted there');
        });
      } finally {
        execFileSync('umount', [join(at, 'there')]);
      }
    }),
);

test('a script that changed something on a mount that is gone by the end is stopped', { skip }, () =>
  withMount((at) =>
    rehearsed(
      sh(`echo two >> ${at}/there; systemctl is-active a`),
      (outcome) => assert.equal(outcome.outcome === 'stopped' && outcome.by, 'mounts'),
      { ask: takenAway(at) },
    ),
  ),
);

test('of a mount that is gone by the end and was only read nothing is told, and the rest is', { skip }, () =>
  withMount((at) =>
    rehearsed(
      sh(`cat ${at}/there; systemctl is-active a; cat ${at}/there; echo new > /etc/quorate-new`),
      (outcome) => {
        const { stdout, layers } = ran(outcome);
        assert.equal(stdout.head.toString(), 'one\nactive\none\n');
        const found = scan(layers);
        assert.deepEqual(found.ok && found.value.changes.map(({ path }) => path), ['/etc/quorate-new']);
      },
      { ask: takenAway(at) },
    ),
  ),
);

/** Asked of each mount while the overlays are planned, and by then a mount that was read from the kernel's table goes. */
const goneMeanwhile = (at: string): ReadonlyMap<string, string> => {
  const refused = new Map<string, string>();
  refused.get = (point) => {
    if (point === at)
      execFileSync('sh', ['-c', '! mountpoint -q "$0" || { umount "$0" && rmdir "$0"; }', at]);
    return undefined;
  };
  return refused;
};

test(
  'a mount that goes, with its folder, while the overlays are laid is none of the rehearsal',
  { skip },
  () =>
    withMount((at) =>
      rehearsed(
        sh('echo it ran'),
        (outcome) => assert.equal(ran(outcome).stdout.head.toString(), 'it ran\n'),
        {
          refusedMounts: goneMeanwhile(at),
        },
      ),
    ),
);

test(
  'a mount that a process of the host is busy in is rehearsed on, and neither can end the other',
  { skip },
  () =>
    withMount(async (at) => {
      const busy = spawn('sh', ['-c', 'exec sleep 1000 9>>there'], { cwd: at });
      try {
        await once(busy, 'spawn');
        await rehearsed(
          sh(`umount -l ${at}; fuser -km ${at}; rm -rf ${at}/*; ls ${at}; exit 0`),
          (outcome) => {
            const { stdout, layers } = ran(outcome);
            assert.equal(stdout.head.toString(), '');
            const found = scan(layers);
            assert.deepEqual(found.ok && found.value.changes.map(({ path, after }) => [path, after]), [
              [`${at}/there`, null],
            ]);
          },
        );
        assert.equal(busy.exitCode ?? busy.signalCode, null);
        assert.equal(readFileSync(join(at, 'there'), 'utf8'), 'one\n');
      } finally {
        busy.kill('SIGKILL');
        await once(busy, 'exit');
      }
    }),
);
