import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import fc from 'fast-check';
import { latestChanges } from '#db/ledger/change-rows';
import { takeReport } from '#db/ledger/reports';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { omar } from '../../policies/people.ts';
import { play } from './interleaving/play.ts';
import { plays } from './interleaving/step.ts';
import { openStage } from './stage.ts';

/** How many plays; more of them with QUORATE_PLAYS=50000. */
const PLAYS = Number(process.env['QUORATE_PLAYS'] ?? 1500);

/** Thousands of ledgers come and go: in memory where Linux has a file system there, and the process alone crashes. */
const FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

test('whatever happens in whatever order, only what was agreed to is run, once, and the audit tells the whole life', {
  timeout: Number.POSITIVE_INFINITY,
}, () => {
  let began = 0;
  const property = fc.property(plays, (steps) => {
    began += play(steps, FOLDER);
  });
  fc.assert(property, { numRuns: PLAYS, verbose: 1 }); // a failure prints its seed
  assert.ok(began > PLAYS / 2, `${began} changes began in ${PLAYS} plays`);
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
