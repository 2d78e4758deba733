import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { noClusterNode, openClusterNode } from '#test/fake/pmxcfs/cluster-node';
import { type CallName, callNumber } from '#worker/sandbox/seccomp/numbers';
import { arch } from '#worker/sandbox/set-up';
import { run } from '#worker/shell/run';
import { ran, rehearsed, skip } from './rig.ts';

const script = readFileSync(join(import.meta.dirname, 'probes.pl'), 'utf8');

/** Numbers that only the probes use: [x64, arm64]. */
const more: Readonly<Record<string, readonly [number, number]>> = {
  mknod: [133, -1],
  sched_setscheduler: [144, 119],
  capset: [126, 91],
  x32: [0x4000_0027, 0x4000_0027],
};

const known = [
  ...new Set([...script.matchAll(/call\('(\w+)'|\$nr\{(\w+)\}/g)].map(([, a, b]) => a ?? b ?? '')),
];

const numberOf = (name: string): number | null => {
  const own = more[name];
  if (own) return own[arch() === 'x64' ? 0 : 1];
  // What `more` lacks is a name of the table; of any other the probe would ask for no call at all and be seen.
  return callNumber(name as CallName, arch());
};

const calls = (): string => known.map((name) => `${name}=${numberOf(name)}`).join(' ');

const listen = (at: string | number): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    if (typeof at === 'number') server.listen(at, '127.0.0.1', () => resolve(server));
    else server.listen(at, () => resolve(server));
  });

const portOf = (server: Server): string => {
  const address = server.address();
  return String(typeof address === 'object' ? address?.port : '');
};

/** EBADF, EFAULT, EINVAL and ENOTTY. */
const MISSPELT = [9, 14, 22, 25];

const noneLeadsOut = async (root: string): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'quorate-escape-'));
  const secret = join(folder, 'secret');
  const store = join(folder, 'store');
  await writeFile(secret, 'a key of the host');
  const abstract = `quorate-${process.pid}`;
  const servers = [await listen(0), await listen(`\0${abstract}`), await listen(join(folder, 'socket'))];
  const [tcp] = servers;
  const segment = await run('ipcmk', ['-M', '16']);
  const id = /id: (\d+)/.exec(segment.ok ? segment.value : '')?.[1] ?? '';
  const shown = await run('ipcs', ['-m', '-i', id]);
  const key = /shmid=\d+|key=?\s*(0x[0-9a-f]+)/.exec(shown.ok ? shown.value : '')?.[1] ?? '1';
  try {
    const args = [
      String(process.pid),
      tcp ? portOf(tcp) : '',
      abstract,
      join(folder, 'socket'),
      String(Number(key)),
      store,
      secret,
    ];
    const results = await rehearsed(
      { argv: ['perl', '-', ...args], stdin: script, env: { CALLS: calls() } },
      (outcome) => {
        const { stdout, stderr } = ran(outcome);
        assert.equal(stderr.head.toString(), '');
        return stdout.head
          .toString()
          .trim()
          .split('\n')
          .map((line) => line.split('\t'));
      },
      { root, store, hide: [secret], limits: { time: 30_000 } },
    );
    assert.deepEqual(
      results.filter(([, result]) => result !== 'refused'),
      [],
    );
    // Not for a wrong argument: then it would not have been tried.
    assert.deepEqual(
      results.filter(([, , errno]) => MISSPELT.includes(Number(errno))),
      [],
    );
    assert.ok(results.length >= 90, `${results.length} ways were tried`);
    assert.equal(existsSync('/QUORATE_ESCAPED'), false);
  } finally {
    await run('ipcrm', ['-m', id]);
    for (const server of servers) server.close();
    await rm(folder, { recursive: true });
  }
};

test('of ninety ways out of the sandbox none leads out', { skip }, () => noneLeadsOut('/'));

test('nor does one where a pmxcfs of its own runs beside it', { skip: noClusterNode() }, async () => {
  const node = await openClusterNode();
  try {
    await noneLeadsOut(node.root);
  } finally {
    await node.close();
  }
});
