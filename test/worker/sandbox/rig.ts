import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Outcome, Seen } from '#worker/sandbox/outcome';
import { rehearse } from '#worker/sandbox/rehearse';
import type { RehearsalOptions, Script } from '#worker/sandbox/script';
import { discard } from '#worker/sandbox/store';

/** CAP_SYS_ADMIN of linux/capability.h: without it nothing can be mounted, root or not. */
const mayMount = (): boolean => {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${effective}`) & (1n << 21n)) !== 0n;
};

/** Why suites that mount are skipped, false where they run. */
export const skip: string | false = mayMount() ? false : 'mounts and namespaces need root';

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process ended while it was looked at.
    return '';
  }
};

/** Processes of the machine that carry a mark in their environment or their arguments. */
export const marked = (mark: string): readonly string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && pid !== String(process.pid))
    .filter((pid) => ['environ', 'cmdline'].some((name) => textOf(`/proc/${pid}/${name}`).includes(mark)));

/** Processes whose root is a folder below this one. */
export const rootedBelow = (folder: string): readonly string[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/root`).startsWith(folder);
      } catch {
        // The process ended while it was looked at.
        return false;
      }
    });

/** True where a mount that this process sees has to do with the folder. */
const isMounted = (folder: string): boolean => readFileSync('/proc/self/mountinfo', 'utf8').includes(folder);

/**
 * Rehearses `script` with a store of its own that is gone afterwards; `body` looks while the layers are there. However it
 * ended, no process of it is left and nothing of it is mounted.
 */
export const rehearsed = async <T>(
  script: Script,
  body: (outcome: Outcome) => T | Promise<T>,
  options: Partial<RehearsalOptions> = {},
): Promise<T> => {
  const store = options.store ?? (await mkdtemp(join(tmpdir(), 'quorate-rehearsal-')));
  try {
    const marking = { ...script, env: { ...script.env, QUORATE_MARK: store } };
    const outcome = await rehearse(marking, { root: '/', ...options, store });
    assert.deepEqual(marked(store), [], 'no process is left');
    assert.ok(!isMounted(store), 'nothing is mounted');
    const result = await body(outcome);
    if (outcome.outcome !== 'refused') await discard(outcome.folder);
    return result;
  } finally {
    await rm(store, { recursive: true });
  }
};

/** What was seen of a run that came to its end. */
export const ran = (outcome: Outcome): Seen & { readonly code: number } => {
  assert.equal(outcome.outcome, 'ran', JSON.stringify(outcome).slice(0, 600));
  // The line above has seen to it; assert.equal narrows nothing.
  return outcome as Extract<Outcome, { outcome: 'ran' }>;
};

/** A shell command line as a script. */
export const sh = (line: string): Script => ({ argv: ['sh', '-c', line] });
