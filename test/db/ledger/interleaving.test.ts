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

/** How many plays in one ledger; a tenth as many have a file each. More of them with QUORATE_PLAYS=50000. */
const PLAYS = Number(process.env['QUORATE_PLAYS'] ?? 2000);

/** Hundreds of files come and go: in memory where Linux has a file system there, for the process alone crashes here. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** No play goes by in which something is not as it must be; a failure prints the seed and the shortest play. */
const playMany = (numRuns: number, play: (steps: readonly Played[]) => number): void => {
  let began = 0;
  const property = fc.property(plays, (steps) => {
    began += play(steps);
  });
  fc.assert(property, { numRuns, verbose: 1 });
  assert.ok(began > numRuns / 4, `${began} changes began in ${numRuns} plays`);
};

describe('Whatever happens in whatever order, only what was agreed to is run, and once:', () => {
  it('among votes, rules, freezes, people, lies and torn writes', { timeout: PLAYS * 500 }, () => {
    const stage = openFirst(FOLDER);
    try {
      playMany(PLAYS, (steps) => rehearse(steps, stage));
    } finally {
      stage.close();
    }
  });

  it('also when the process dies and comes back, and the log is whole', { timeout: PLAYS * 500 }, () =>
    playMany(Math.ceil(PLAYS / 10), (steps) => playInFile(steps, FOLDER)),
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
