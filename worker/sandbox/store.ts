import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../shell/run.ts';

/** Removes the layers of a rehearsal from the disk. `rm`, since Node's own loses names that are not UTF-8. */
export const discard = async (folder: string): Promise<void> => {
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
