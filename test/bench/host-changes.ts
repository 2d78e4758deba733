import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyOf, bareRun, type Site, scanOf, sealOf, siteIn, undoOf } from './change-set.ts';
import { cannotRehearse } from './dry-run.ts';
import { inFolder } from './folder.ts';
import { type Bench, type BenchRow, type LeftOut, median, milliseconds, raceTimed, time } from './row.ts';
import { layTree, TWEAKS, tweaksScript } from './tweaks.ts';

const FEW = TWEAKS + 2;
const MANY = 5000;

const fewIn = (folder: string): Site =>
  siteIn(folder, `${tweaksScript('.')}echo 1 > etc/one\necho 2 > etc/two\n`, layTree);

/** Folders of a hundred names each, sixty of them files. */
const layMany =
  (count: number) =>
  (root: string): void => {
    for (let folder = 0; folder < count / 100; folder += 1) {
      mkdirSync(join(root, `d${folder}`), { recursive: true });
      for (let file = 40; file < 100; file += 1)
        writeFileSync(join(root, `d${folder}/f${file}`), `old ${folder} ${file}\n`);
    }
  };

/** Of each hundred names forty become files, forty files are written anew, ten go and ten get another mode. No program starts in the loops. */
const manyScript = (count: number): string => `
  d=0; while [ $d -lt ${count / 100} ]; do
    f=0; while [ $f -lt 80 ]; do echo "new $d $f" > d$d/f$f; f=$((f+1)); done
    d=$((d+1))
  done
  rm d*/f[89][02468]; chmod 600 d*/f[89][13579]`;

const manyIn = (folder: string, count: number): Site => siteIn(folder, manyScript(count), layMany(count));

type Row = Pick<BenchRow, 'name' | 'limit' | 'unit'>;

const orLeftOut = async (
  row: Row,
  measure: (folder: string) => Promise<Omit<BenchRow, keyof Row>> | Omit<BenchRow, keyof Row>,
): Promise<BenchRow | LeftOut> => {
  const leftOut = cannotRehearse();
  if (leftOut !== undefined) return { name: row.name, leftOut };
  return inFolder(async (folder) => ({ ...row, ...(await measure(folder)) }));
};

/** Seals what the script of a site changes, once it is seen that it is as much as it should be. */
const sealedOf = (site: Site, count: number): string => {
  const { scanned } = scanOf(site);
  assert.equal(scanned.changes.length, count);
  return sealOf(site, scanned);
};

/** Every round has a tree of its own, and nothing is removed between them: ext4 avoids for a minute what was just freed. */
const besideBare = (
  row: Row,
  { count, rounds, siteOf }: { count: number; rounds: number; siteOf: (folder: string) => Site },
): Promise<BenchRow | LeftOut> =>
  orLeftOut(row, async (folder) => {
    const unsynced: number[] = [];
    let round = 0;
    const next = (): Site => siteOf(join(folder, String((round += 1))));
    const took = await raceTimed(rounds, {
      ours: () => {
        const site = next();
        return applyOf(site, sealedOf(site, count));
      },
      baseline: () => {
        const bare = bareRun(next());
        unsynced.push(bare.unsynced);
        return bare.ms;
      },
    });
    return { ...took, notes: [`the script alone, not yet on disk, ${time(median(unsynced))}`] };
  });

/** Fifteen changes read, checked, staged, journalled and on disk, beside the script that makes them and a sync of its disk. */
export const applyFew: Bench = {
  name: 'apply-15',
  run: () =>
    besideBare(
      { name: 'apply of 15 changes : the bare script and a sync', limit: 1.5, unit: 'ms' },
      { count: FEW, rounds: 21, siteOf: fewIn },
    ),
};

/** The same of 5,000 changes. */
export const applyMany: Bench = {
  name: 'apply-5000',
  run: () =>
    besideBare(
      { name: 'apply of 5,000 changes : the bare script and a sync', limit: 3, unit: 'ms' },
      { count: MANY, rounds: 5, siteOf: (folder) => manyIn(folder, MANY) },
    ),
};

/** Taking 5,000 changes back. */
export const undoMany: Bench = {
  name: 'undo-5000',
  run: () =>
    orLeftOut({ name: 'undo of 5,000 changes : their apply', limit: 1, unit: 'ms' }, (folder) => {
      const rounds = Array.from({ length: 5 }, (_, round) => {
        const site = manyIn(join(folder, String(round)), MANY);
        return { applied: applyOf(site, sealedOf(site, MANY)), undone: undoOf(site) };
      });
      const [ours, baseline] = [rounds.map(({ undone }) => undone), rounds.map(({ applied }) => applied)];
      return { ours: median(ours), baseline: median(baseline) };
    }),
};

/** Reading what 5,000 changes are. */
export const scanMany: Bench = {
  name: 'scan-5000',
  run: () =>
    orLeftOut({ name: 'scan of a change : 0.1 ms', limit: 1, unit: 'ms' }, (folder) => {
      const took = Array.from({ length: 5 }, (_, round) => {
        const { scanned, ms } = scanOf(manyIn(join(folder, String(round)), MANY));
        return ms / scanned.changes.length;
      });
      return { ours: median(took), baseline: 0.1 };
    }),
};

/** What one file costs from the scan to the undo (ms). */
const wholeOf = (folder: string, count: number): number => {
  const site = manyIn(folder, count);
  const { scanned, ms } = scanOf(site);
  assert.equal(scanned.changes.length, count);
  let digest = '';
  const sealing = milliseconds(() => {
    digest = sealOf(site, scanned);
  });
  return (ms + sealing + applyOf(site, digest) + undoOf(site)) / count;
};

/** Fifty thousand changed files against a hundred. */
export const growth: Bench = {
  name: 'changes-growth',
  run: () =>
    orLeftOut(
      {
        name: 'scan, seal, apply and undo of one of 50,000 changed files : one of 100',
        limit: 1.5,
        unit: 'ms',
      },
      (folder) => {
        const fewAgain = (from: string): readonly number[] =>
          Array.from({ length: 10 }, (_, round) => wholeOf(join(folder, `${from}-${round}`), 100));
        const few = [...fewAgain('before')];
        const many = wholeOf(join(folder, 'many'), 50_000);
        few.push(...fewAgain('after'));
        const some = wholeOf(join(folder, 'some'), MANY);
        return { ours: many, baseline: median(few), notes: [`one of 5,000 ${time(some)}`] };
      },
    ),
};
