import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetworkEffect, NetworkFiles } from '#policies/effect';
import { fileState } from '#worker/changeset/read-file';
import { INTERFACES, type NetworkHost, STATE } from '#worker/network/network-host';
import { run } from '#worker/shell/run';
import { GOOD } from './good.ts';
import { ifupdown2 } from './ifupdown2.ts';

/** Why these tests cannot run here, or false. They mount and make namespaces, so they need root and what Debian brings. */
export const skip: string | false = (() => {
  if (process.getuid?.() !== 0) return 'needs root for namespaces';
  if (spawnSync('unshare', ['--net', '--mount', 'true']).status !== 0)
    return 'namespaces are not allowed here';
  return ifupdown2() === undefined ? 'ifupdown2 cannot be downloaded here' : false;
})();

/** A host as the engine sees one whose processes live in the namespaces of `pid`. */
export const hostAt = (root: string, pid: number): NetworkHost => ({
  root,
  state: STATE,
  run: (file, args, options) =>
    run('nsenter', [`--target=${pid}`, '--mount', '--net', '--', file, ...args], options),
});

export type TestNode = {
  readonly host: NetworkHost;
  readonly root: string;
  readonly pid: number;
  readonly sh: (line: string) => Promise<string>;
  readonly read: (path?: string) => string;
  readonly close: () => Promise<void>;
};

const ready = async (holder: ChildProcess): Promise<number> => {
  let said = '';
  for await (const chunk of holder.stdout ?? []) {
    said += String(chunk);
    const far = /ready (\d+)/.exec(said)?.[1];
    if (far !== undefined) return Number(far);
  }
  throw new Error(`the node of the test did not start: ${said}`);
};

/** A node with the configuration GOOD in force. */
export const openNode = async (): Promise<TestNode> => {
  const root = mkdtempSync(join(tmpdir(), 'quorate-network-'));
  const script = join(import.meta.dirname, 'node-root.sh');
  const holder = spawn(
    'unshare',
    ['--net', '--mount', '--propagation', 'private', 'sh', script, root, ifupdown2() ?? ''],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const far = await ready(holder);
  const pid = holder.pid ?? 0;
  const host = hostAt(root, pid);
  const sh = async (line: string): Promise<string> => {
    const ended = await host.run('sh', ['-c', line], { timeout: 60_000 });
    return ended.ok ? ended.value : `${ended.error.failure} ${ended.error.code} ${ended.error.stderr}`;
  };
  writeFileSync(join(root, INTERFACES), GOOD, { mode: 0o644 });
  await sh('ifreload -a');
  // The carrier of a veth, and with it the routes, comes a moment after the link.
  await sh('until ip -br addr show vmbr0 | grep -q "UP .*fe80"; do sleep 0.1; done');
  return {
    host,
    root,
    pid,
    sh,
    read: (path = INTERFACES) => readFileSync(join(root, path), 'utf8'),
    close: async () => {
      process.kill(far, 'SIGKILL');
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      rmSync(root, { recursive: true, force: true });
    },
  };
};

/** The files with this text in force and nothing pending. */
export const filesOf = (text: string, pending: string | null = null): NetworkFiles => {
  const state = (content: string) => fileState(content, { mode: 0o644, uid: 0, gid: 0 });
  return { interfaces: state(text), pending: pending === null ? null : state(pending) };
};

/** The change from GOOD to this text. */
export const effectOf = (tx: string, text: string, revertAfter: number): NetworkEffect => ({
  kind: 'network',
  tx,
  way: 'there',
  before: filesOf(GOOD),
  after: filesOf(text),
  revertAfter,
  path: { peer: '192.0.2.1', devices: ['vmbr0', 'nic1'] },
  diff: [],
});

/** Waits until it is so; the limit is for a test that hangs, not for how fast it is. */
export const until = async (so: () => boolean, within = 60_000): Promise<void> => {
  const end = Date.now() + within;
  while (!so()) {
    if (Date.now() > end) throw new Error(`it did not come to be so within ${within} ms`);
    await new Promise((next) => setTimeout(next, 25));
  }
};
