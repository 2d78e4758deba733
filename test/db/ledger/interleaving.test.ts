import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it, type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { latestChanges } from '#db/ledger/change-rows';
import { takeReport } from '#db/ledger/reports';
import { SCRATCH } from '#test/fixture/scratch';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { omar } from '../../policies/people.ts';
import { playInFile, rehearse } from './interleaving/play.ts';
import { type Played, plays } from './interleaving/step.ts';
import { openFirst } from './interleaving/world.ts';
import { openStage } from './stage.ts';

/**
 * How many plays in one ledger; a tenth as many have a file each. All of them are played, however busy the machine is. More:
 * QUORATE_PLAYS=50000 .run/node test/db/ledger/interleaving.test.ts
 */
const PLAYS = Number(process.env['QUORATE_PLAYS'] ?? 3000);

type Play = (steps: readonly Played[]) => number;

/** Another seed each time, unless one is given, so that what was found once can be played again. */
const SEED = Number(process.env['QUORATE_SEED'] ?? randomInt(2 ** 31));

/** No play goes by in which something is not as it must be; a failure prints the shortest play. */
const playMany = (context: TestContext, numRuns: number, play: Play): void => {
  let [began, played] = [0, 0];
  const property = fc.property(plays, (steps) => {
    began += play(steps);
    played += 1;
  });
  fc.assert(property, { numRuns, seed: SEED, verbose: 1 });
  context.diagnostic(`${played} plays, ${began} changes began, QUORATE_SEED=${SEED}`);
  assert.equal(played, numRuns);
  assert.ok(began > played / 4, `${began} changes began in ${played} plays`);
};

const slow = { timeout: Math.max(120_000, PLAYS * 500) };

describe('Whatever happens in whatever order, only what was agreed to is run, and once:', () => {
  it('among votes, rules, freezes, people, lies and torn writes', slow, (context) => {
    const stage = openFirst(SCRATCH);
    try {
      playMany(context, PLAYS, (steps) => rehearse(steps, stage));
    } finally {
      stage.close();
    }
  });

  it('also when the process dies and comes back, and the log is whole', slow, (context) =>
    playMany(context, Math.ceil(PLAYS / 10), (steps) => playInFile(steps, SCRATCH)),
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
