import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { planScript } from '#worker/scripts/plan-script';
import { inFolder } from './folder.ts';
import { type Bench, type LeftOut, median, raceTimed, time, waited } from './row.ts';
import { layTree, TWEAKS, tweaksScript, writeTo } from './tweaks.ts';

const ROUNDS = 21;

/** Most that a dry run may take beside its script (ms). */
const OVERHEAD = 60;

export const execute = promisify(execFile);

/** Why nothing can be rehearsed on this machine; undefined where it can. */
export const cannotRehearse = (): string | undefined => {
  if (process.getuid?.() !== 0) return 'mounts and namespaces need root';
  return existsSync('/usr/bin/bwrap')
    ? undefined
    : 'bubblewrap is not installed (apt-get install bubblewrap)';
};

/** The small tree, the script that tweaks it, and where its dry runs are kept. */
export type Stage = { readonly tree: string; readonly script: string; readonly state: string };

/** Runs with a stage that is gone afterwards; a row without one where nothing can be rehearsed. */
export const onStage = async <T>(name: string, run: (stage: Stage) => Promise<T>): Promise<T | LeftOut> => {
  const leftOut = cannotRehearse();
  if (leftOut !== undefined) return { name, leftOut };
  return inFolder((folder) => {
    const tree = join(folder, 'tree');
    layTree(tree);
    const script = writeTo(join(folder, 'tweaks.sh'), tweaksScript(tree));
    return run({ tree, script, state: join(folder, 'state') });
  });
};

/** A dry run on this machine's own root, as a running worker does it: rehearsed, scanned, sealed on disk, explained, cleared away. */
export const dryRun = async ({ script, state }: Stage): Promise<void> => {
  const plan = await planScript(
    { argv: ['sh', script] },
    { root: '/', store: join(state, 'rehearsals') },
    join(state, 'changes'),
  );
  assert.ok(plan.ok && plan.value.code === 0);
  assert.equal(plan.value.sealed.changes.length, TWEAKS);
};

/** What a dry run costs beside the script itself. */
export const dryRunOverhead: Bench = {
  name: 'dry-run-overhead',
  run: () =>
    onStage('what a dry run takes beside its script', async (stage) => {
      await dryRun(stage);
      const beside: number[] = [];
      const took = await raceTimed(ROUNDS, {
        ours: () => waited(() => dryRun(stage)),
        baseline: async () => {
          layTree(stage.tree);
          const bare = await waited(() => execute('sh', [stage.script]));
          layTree(stage.tree);
          return bare;
        },
      });
      beside.push(took.ours - took.baseline);
      return {
        name: 'a dry run of 13 tweaks less the bare script : 60 ms',
        ours: median(beside),
        baseline: OVERHEAD,
        limit: 1,
        unit: 'ms',
        notes: [`the dry run ${time(took.ours)}, the bare script ${time(took.baseline)}`],
      };
    }),
};
