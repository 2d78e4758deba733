import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import type { NetworkFiles } from '#policies/effect';
import { replaceFile } from '../changeset/replace-file.ts';
import type { NetworkHost } from './network-host.ts';

/** What became of a network change; `armed` is the only one that two sides want to leave. */
export const TX_STATES = ['armed', 'kept', 'restoring', 'restored'] as const;
export type TxState = (typeof TX_STATES)[number];

const GUARD = join(import.meta.dirname, 'netguard.sh');

/** The folder of a change as the host names it. The name of a change is a ULID or the like, never a path. */
export const txPath = ({ state }: NetworkHost, tx: string): string => {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(tx)) throw new RangeError(`no name of a network change: ${tx}`);
  return `${state}/${tx}`;
};

/** The script that takes changes back, as the host names it: a copy, so that it is there when the worker's files are not. */
export const guardPath = ({ state }: NetworkHost): string => `${state}/netguard.sh`;

const here = ({ root }: NetworkHost, path: string): string => join(root, path);

const sync = (path: string): void => {
  const file = openSync(path, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
};

/** Writes the files as they were into a folder `before`, with mode and owner. */
export const writeBefore = (root: string, folder: string, before: NetworkFiles): void => {
  mkdirSync(join(root, folder, 'before'), { recursive: true, mode: 0o700 });
  const put = (name: string, to: NetworkFiles['interfaces']): unknown =>
    to && replaceFile(root, `${folder}/before/${name}`, { from: null, to });
  put('interfaces', before.interfaces);
  put('interfaces.new', before.pending);
};

/** The state of a change; null where none was ever armed under that name. */
export const txState = (host: NetworkHost, tx: string): TxState | null =>
  TX_STATES.find((state) => existsSync(here(host, `${txPath(host, tx)}/${state}`))) ?? null;

/**
 * One rename(2): true for whoever did it, false where the change is not `from` any more. Nothing else decides between keep
 * and restore.
 */
export const moveTx = (
  host: NetworkHost,
  tx: string,
  { from, to }: { from: TxState; to: TxState },
): boolean => {
  const folder = here(host, txPath(host, tx));
  try {
    renameSync(join(folder, from), join(folder, to));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
  sync(folder);
  return true;
};

/** Puts everything on disk that taking back needs, and last of all the mark `armed`. Throws where the disk does not take it. */
export const layDown = (host: NetworkHost, tx: string, before: NetworkFiles): void => {
  const folder = here(host, txPath(host, tx));
  mkdirSync(here(host, host.state), { recursive: true, mode: 0o700 });
  mkdirSync(folder, { mode: 0o700 });
  const guard = here(host, guardPath(host));
  copyFileSync(GUARD, `${guard}.draft`);
  sync(`${guard}.draft`);
  renameSync(`${guard}.draft`, guard);
  writeBefore(host.root, txPath(host, tx), before);
  closeSync(openSync(join(folder, 'armed'), 'wx', 0o600));
  for (const path of [join(folder, 'before'), folder, here(host, host.state)]) sync(path);
};

/** Takes away what was laid down for a change that never began. */
export const clearTx = (host: NetworkHost, tx: string): void =>
  rmSync(here(host, txPath(host, tx)), { recursive: true, force: true });
