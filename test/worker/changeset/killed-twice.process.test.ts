import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CrashStage, openCrashStage, type Work } from './crash-stage.ts';
import { hearing, tellCalls } from './each-call.ts';
import { unable } from './rehearse.ts';
import { isStopped, stopHere } from './stopped.ts';

tellCalls();

/** Stops the work right after so many calls that changed the disk; false where it came to its end before. */
const stopped = (stage: CrashStage, work: Work, after: number): boolean => {
  let calls = 0;
  const count = (): void => {
    calls += 1;
    if (calls === after) stopHere();
  };
  return hearing(count, () => isStopped(() => stage.carryOut(work, stage.shop.step)));
};

describe('stopped after any call, and its recovery after any call, it is the old tree or the new:', {
  skip: unable,
}, () => {
  for (const profile of ['posix', 'pmxcfs'] as const)
    for (const work of ['apply', 'undo'] as const)
      test(`${work} on ${profile}`, (context) => {
        using stage = openCrashStage(profile);
        // What is new on a real pmxcfs belongs to www-data without a chown.
        if (profile === 'pmxcfs') process.setegid?.(33);
        const begin = (after: number): boolean => {
          stage.readyFor(work);
          return stopped(stage, work, after);
        };
        let [singles, pairs] = [0, 0];
        for (let after = 1; begin(after); after += 1) {
          stage.check(`${work} ${after}`);
          singles += 1;
          for (let again = 1; ; again += 1) {
            begin(after);
            const twice = stopped(stage, 'recover', again);
            stage.check(`${work} ${after}, recover ${again}`);
            if (!twice) break;
            pairs += 1;
          }
        }
        stage.check(`${work} whole`);
        context.diagnostic(`${singles} calls, ${pairs} pairs`);
        assert.ok(singles > 10 && pairs > 100, `${singles} calls, ${pairs} pairs`);
      });
});
