import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { BytePath } from '../changeset/change.ts';
import { run } from '../shell/run.ts';
import { becomePrivate, layerFolders, overlay } from './mounts/calls.ts';
import { readMountinfo } from './mounts/mountinfo.ts';
import { planMounts } from './mounts/plan.ts';
import { fieldsOf, launchNumbers, writeFields } from './set-up.ts';
import { discard } from './store.ts';

/** What is known of one mount before anything is rehearsed on it; `why` is null where it can be. */
export type Probed = { readonly point: BytePath; readonly fs: string; readonly why: string | null };

const parse = (text: string): readonly (string | null)[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, step = '', error = ''] = line.split('\t');
      return step === '-' ? null : `${step} failed: ${error}`;
    });

/**
 * Tries on every mount at and below `root` that could be an overlay whether removing, replacing, appending and changing
 * modes work there, with scratch layers in `store`: ZFS before 2.2 fails at the first, for one. For the start of a worker.
 */
export const probeMounts = async (root: string, store: string): Promise<readonly Probed[]> => {
  mkdirSync(store, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(store, `p-${process.pid}-`));
  const bytes = Buffer.from(folder, 'utf8').toString('latin1');
  try {
    const plan = planMounts(readMountinfo(), root);
    const overlays = plan.filter(({ how }) => how === 'overlay');
    const calls = overlays.map(({ point }, index) => {
      const target = `${bytes}/merged/${index}`;
      for (const path of Object.values({
        ...layerFolders(folder, index),
        merged: join(folder, `merged/${index}`),
      }))
        mkdirSync(path, { recursive: true });
      return overlay({ lower: point, target, ...layerFolders(bytes, index) });
    });
    writeFields(folder, 'numbers', launchNumbers());
    writeFields(folder, 'mounts', fieldsOf([becomePrivate, ...calls]));
    const tried = await run('perl', [join(import.meta.dirname, 'probe.pl'), folder], { timeout: 60_000 });
    if (!tried.ok) throw new Error('the mounts could not be probed', { cause: tried.error });
    const whys = parse(tried.value);
    const refusals = plan.map((each) => ('why' in each ? each.why : null));
    return plan.map(({ point, fs }, index) => {
      const place = overlays.findIndex((each) => each.point === point);
      return { point, fs, why: place === -1 ? (refusals[index] ?? null) : (whys[place] ?? null) };
    });
  } finally {
    await discard(folder);
  }
};

/** Those that failed. */
export const refusedOf = (probed: readonly Probed[]): ReadonlyMap<BytePath, string> =>
  new Map(probed.flatMap(({ point, why }) => (why === null ? [] : [[point, why] as const])));
