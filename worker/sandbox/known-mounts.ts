import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { digestOf } from '#db/canonical';
import type { BytePath } from '../changeset/change.ts';
import { readMountinfo } from './mounts/mountinfo.ts';
import { planMounts } from './mounts/plan.ts';
import { probeMounts, refusedOf } from './probe-mounts.ts';

const Known = z.object({ key: z.string(), refused: z.array(z.tuple([z.string(), z.string()])) });

/** The same kernel, the same mounts: what was found then is so now. */
const keyOf = (root: string): string => {
  const plan = planMounts(readMountinfo(), Buffer.from(root).toString('latin1'));
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
  return digestOf([root, boot, ...plan.map(({ point, fs, how }) => [point, fs, how])]);
};

const readKnown = (file: string): z.infer<typeof Known> | undefined => {
  if (!existsSync(file)) return undefined;
  try {
    return Known.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Written by another version, or cut short by a full disk: then it is found out again.
    return undefined;
  }
};

/**
 * The mounts at and below `root` that cannot be rehearsed on though their kind could, and why: what `rehearse` takes as
 * `refusedMounts`. They are tried once for each start of the machine and each table of mounts; `store` remembers it.
 */
export const knownRefused = async (root: string, store: string): Promise<ReadonlyMap<BytePath, string>> => {
  const [file, key] = [join(store, 'mounts.json'), keyOf(root)];
  const known = readKnown(file);
  if (known?.key === key) return new Map(known.refused);
  const refused = refusedOf(await probeMounts(root, store));
  mkdirSync(store, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.draft`, JSON.stringify({ key, refused: [...refused] }), { mode: 0o600 });
  renameSync(`${file}.draft`, file);
  return refused;
};
