import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LAUNCHER } from '#test/fixture/launcher';
import { type Bench, time } from './row.ts';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Resident memory of a process as the kernel counts it (MiB); /proc/PID/status of proc(5). */
export const residentOf = (pid: number): number => {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  if (kib === undefined) throw new Error(`/proc/${pid}/status has no VmRSS`);
  return Number(kib) / 1024;
};

/** Memory of Node started on this file, after `idle` seconds with nothing to do; and how long it took to its first word. */
const rest = async (args: readonly string[], idle: number): Promise<{ mib: number; word: number }> => {
  const { QUORATE_CONFIG: _, ...env } = process.env;
  const start = performance.now();
  const child = spawn(LAUNCHER, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  try {
    await Promise.race([
      once(child.stdout, 'data'),
      ended.then(() => Promise.reject(new Error(`${args.join(' ')} ended`))),
    ]);
    const word = performance.now() - start;
    child.stdout.resume();
    await sleep(idle * 1000);
    if (child.pid === undefined) throw new Error('the process has no id');
    return { mib: residentOf(child.pid), word };
  } finally {
    child.stdin.end();
    await ended;
  }
};

const BARE = 'process.stdin.resume(); console.log("here");';

/** The all-in-one process of `npm start`, demo and simulator included, against Node with nothing in it. */
export const memory: Bench = {
  name: 'memory',
  run: async ({ idle }) => {
    const [ours, bare] = await Promise.all([
      rest([join(ROOT, 'main.ts')], idle),
      rest(['--input-type=module', '-e', BARE], idle),
    ]);
    return {
      name: `memory of the idle all-in-one process after ${idle} s : of a bare node`,
      ours: ours.mib,
      baseline: bare.mib,
      limit: null,
      unit: 'MiB RSS',
      notes: [
        `first word after ${time(ours.word)}`,
        ...(idle < 600 ? ['the issue asks for 10 minutes: --idle 600'] : []),
      ],
    };
  },
};
