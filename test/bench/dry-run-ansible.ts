import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { LAUNCHER } from '../fixture/launcher.ts';
import { dryRun, execute, onStage, type Stage } from './dry-run.ts';
import { type Bench, type BenchRow, type LeftOut, raceTimed, time, waited } from './row.ts';
import { layTree, TWEAKS, tweaksPlaybook, writeTo } from './tweaks.ts';

/** Each takes seconds on the other side. */
const ROUNDS = 5;

const CONSOLE = new URL('../../worker/console/quorate.ts', import.meta.url).pathname;

const check = async (playbook: string): Promise<string> => {
  const { stdout } = await execute('ansible-playbook', ['--check', '--diff', '-i', 'localhost,', playbook]);
  return stdout;
};

const changed = (output: string): number => Number(/changed=(\d+)/.exec(output)?.[1]);

/** Fails where script and playbook are not the same: what the one did, the other finds nothing left to do about. */
const holdEqual = async ({ tree, script }: Stage, playbook: string): Promise<void> => {
  assert.equal(changed(await check(playbook)), TWEAKS);
  await execute('sh', [script]);
  assert.equal(changed(await check(playbook)), 0);
  layTree(tree);
};

const besideAnsible = async (
  { name, limit }: Pick<BenchRow, 'name' | 'limit'>,
  stage: Stage,
  ours: () => Promise<unknown>,
): Promise<BenchRow> => {
  const folder = dirname(stage.tree);
  const playbook = writeTo(join(folder, 'tweaks.yml'), tweaksPlaybook(stage.tree, true));
  const withoutFacts = writeTo(join(folder, 'no-facts.yml'), tweaksPlaybook(stage.tree, false));
  await holdEqual(stage, withoutFacts);
  await ours();
  const took = await raceTimed(ROUNDS, {
    ours: () => waited(ours),
    baseline: () => waited(() => check(playbook)),
  });
  const short = await waited(() => check(withoutFacts));
  return {
    name,
    ours: 1000 / took.ours,
    baseline: 1000 / took.baseline,
    limit,
    unit: 'dry runs/s',
    notes: [
      `ours ${time(took.ours)}, ansible ${time(took.baseline)}; once without gathering facts ${time(short)}, ${(short / took.ours).toFixed(0)} times ours`,
    ],
  };
};

const orLeftOut = async (
  row: Pick<BenchRow, 'name' | 'limit'>,
  ours: (stage: Stage) => Promise<unknown>,
): Promise<BenchRow | LeftOut> => {
  if (spawnSync('ansible-playbook', ['--version']).error)
    return { name: row.name, leftOut: 'ansible is not installed (apt-get install ansible-core)' };
  return onStage(row.name, (stage) => besideAnsible(row, stage, () => ours(stage)));
};

/** A dry run of 13 tweaks in a running worker, beside what Ansible calls one. */
export const dryRunWarm: Bench = {
  name: 'dry-run',
  run: () =>
    orLeftOut(
      { name: 'dry runs of 13 tweaks in a running worker : ansible-playbook --check --diff', limit: 40 },
      dryRun,
    ),
};

/** The same from the shell of a node, Node's own start in it. */
export const dryRunCold: Bench = {
  name: 'dry-run-cold',
  run: () =>
    orLeftOut(
      { name: 'quorate plan of 13 tweaks, a new process : ansible-playbook --check --diff', limit: 15 },
      async ({ script, state }) => {
        const plan = ['plan', '--json', '--state', state, '--', 'sh', script];
        const { stdout } = await execute(LAUNCHER, [CONSOLE, ...plan]);
        assert.match(stdout, /vzdump\.conf/);
      },
    ),
};
