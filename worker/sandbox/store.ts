import { existsSync, lstatSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../shell/run.ts';

/** So many entries are gone before another program is started; more would keep the worker from everything else. */
const FEW = 500;

/** Removes what it may, names as bytes since Node's own `rm` loses those that are not UTF-8; false where it is more, or another mount. */
const removeFew = (folder: Buffer, device: number, so: { left: number }): boolean => {
  for (const entry of readdirSync(folder, { encoding: 'buffer', withFileTypes: true })) {
    if (--so.left < 0) return false;
    const path = Buffer.concat([folder, Buffer.from('/'), entry.name]);
    if (!entry.isDirectory()) unlinkSync(path);
    else if (lstatSync(path).dev !== device || !removeFew(path, device, so)) return false;
  }
  rmdirSync(folder);
  return true;
};

const isGone = (folder: string): boolean => {
  try {
    return removeFew(Buffer.from(folder), lstatSync(folder).dev, { left: FEW });
  } catch {
    // Whatever it is, `rm` meets it too and says so.
    return false;
  }
};

/** Removes the layers of a rehearsal from the disk. A program is started only for many: that alone takes longer than a few. */
export const discard = async (folder: string): Promise<void> => {
  if (isGone(folder)) return;
  const removed = await run('rm', ['-rf', '--one-file-system', '--', folder], { timeout: 600_000 });
  if (!removed.ok)
    throw new Error(`the rehearsal in ${folder} could not be removed`, { cause: removed.error });
};

/** Removes what rehearsals of workers that were killed left in the store. For the start of a worker. */
export const sweepStore = async (store: string): Promise<number> => {
  const left = existsSync(store)
    ? readdirSync(store).filter((name) => {
        const pid = /^[rp]-(\d+)-/.exec(name)?.[1];
        return pid !== undefined && !existsSync(`/proc/${pid}`);
      })
    : [];
  for (const name of left) await discard(join(store, name));
  return left.length;
};
