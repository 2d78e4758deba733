import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, it, test } from 'node:test';
import fc from 'fast-check';
import { latestChanges } from '#db/ledger/change-rows';
import { takeReport } from '#db/ledger/reports';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { omar } from '../../policies/people.ts';
import { playInFile, rehearse } from './interleaving/play.ts';
import { type Played, plays } from './interleaving/step.ts';
import { openFirst } from './interleaving/world.ts';
import { openStage } from './stage.ts';

/**
 * How many plays in one ledger; a tenth as many have a file each. A machine that is busy plays for 40 s and no longer. More of
 * them, however long it takes: QUORATE_PLAYS=50000 .run/node test/db/ledger/interleaving.test.ts
 */
const WANTED = process.env['QUORATE_PLAYS'];
const PLAYS = Number(WANTED ?? 2000);

/** Hundreds of files come and go: in memory where Linux has a file system there, for the process alone crashes here. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

type Play = (steps: readonly Played[]) => number;

/** No play goes by in which something is not as it must be; a failure prints the seed and the shortest play. `most` in ms. */
const playMany = (numRuns: number, most: number, play: Play): void => {
  let [began, played] = [0, 0];
  const property = fc.property(plays, (steps) => {
    began += play(steps);
    played += 1;
  });
  const limit = WANTED === undefined ? { interruptAfterTimeLimit: most } : {};
  fc.assert(property, { numRuns, verbose: 1, ...limit });
  assert.ok(began > played / 4, `${began} changes began in ${played} plays`);
};

const slow = { timeout: Math.max(120_000, PLAYS * 500) };

describe('Whatever happens in whatever order, only what was agreed to is run, and once:', () => {
  it('among votes, rules, freezes, people, lies and torn writes', slow, () => {
    const stage = openFirst(FOLDER);
    try {
      playMany(PLAYS, 30_000, (steps) => rehearse(steps, stage));
    } finally {
      stage.close();
    }
  });

  it('also when the process dies and comes back, and the log is whole', slow, () =>
    playMany(Math.ceil(PLAYS / 10), 10_000, (steps) => playInFile(steps, FOLDER)),
  );
});

test('a message of a worker that comes twice is taken once', () => {
  const stage = openStage();
  const change = stage.ask(omar);
  const { id, action, target, params } = change;
  const letter = stage.letter(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
  assert.equal(takeReport(stage.ledger, stage.authority, letter), true);
  assert.equal(takeReport(stage.ledger, stage.authority, letter), false);
  stage.restart();
  assert.equal(takeReport(stage.ledger, stage.authority, letter), false);
  assert.equal(latestChanges(stage.ledger, 1)[0]?.version, 2);
  stage.close();
});
