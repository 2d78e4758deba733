import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type CrashStage, openCrashStage, type Work } from './crash-stage.ts';
import { unable } from './rehearse.ts';
import { isStopped, stopHere } from './stopped.ts';

const CHILD = join(import.meta.dirname, 'killed-child.ts');

/** True where the process was killed at that point, false where it came to its end before. */
const killed = ({ folder, sealed }: CrashStage, work: Work, point: number): boolean => {
  const orders = JSON.stringify({ work, point, folder, digest: sealed.digest });
  const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled') };
  const run = spawnSync(process.execPath, [CHILD, orders], { env, encoding: 'utf8' });
  assert.ok(run.signal === 'SIGKILL' || run.status === 0, run.stderr);
  return run.signal === 'SIGKILL';
};

const stopped = (stage: CrashStage, work: Work, point: number): boolean => {
  let points = 0;
  const step = (): void => {
    points += 1;
    if (points === point) stopHere();
  };
  return isStopped(() => stage.carryOut(work, step));
};

describe('killed at any point it is the old tree or the new, and what is stopped leaves what is killed leaves:', {
  skip: unable,
}, () => {
  for (const work of ['apply', 'undo'] as const)
    test(work, () => {
      using stage = openCrashStage('posix');
      let point = 1;
      for (; ; point += 1) {
        stage.readyFor(work);
        if (!killed(stage, work, point)) break;
        const left = stage.disk();
        stage.check(`${work} killed at ${point}`);
        stage.readyFor(work);
        assert.ok(stopped(stage, work, point));
        assert.deepEqual(stage.disk(), left, `${work} at ${point}`);
        stage.check(`${work} stopped at ${point}`);
      }
      stage.check(`${work} whole`);
      assert.ok(point > 15, `${point} points`);
    });
});
