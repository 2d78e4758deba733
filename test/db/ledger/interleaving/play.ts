import assert from 'node:assert/strict';
import { verifyAudit } from '#db/audit/verify';
import type { Stage } from '../stage.ts';
import { check } from './check.ts';
import { assertStatesWhole } from './lives.ts';
import { MOVES } from './moves.ts';
import type { Played, Step } from './step.ts';
import { makeTearable, tear } from './tear.ts';
import { openFirst, type World, worldOf } from './world.ts';

const move = (world: World, step: Step): void => {
  // The table has a move for each step, for exactly that step.
  const made = MOVES[step.do] as (world: World, step: Step) => void;
  made(world, step);
};

/** Plays all steps and looks after each; how many changes began. */
const playAll = (world: World, steps: readonly Played[]): number => {
  let began = 0;
  for (const each of steps) {
    if (each.torn === null) move(world, each.step);
    else tear(world, each.torn, () => move(world, each.step));
    began += check(world);
  }
  assertStatesWhole(world.stage);
  return began;
};

/** A play on a file of its own, which is closed and opened again whenever the process dies; its log is whole at the end. */
export const playInFile = (steps: readonly Played[], folder: string): number => {
  const stage = openFirst(folder);
  try {
    const began = playAll(worldOf(stage, stage.restart), steps);
    assert.equal(verifyAudit(stage.path).verdict, 'whole');
    return began;
  } finally {
    stage.close();
  }
};

/** A play on a ledger that is as before when it ends: many times as many in the same time, without restarts. */
export const rehearse = (steps: readonly Played[], stage: Stage): number => {
  const { sqlite } = stage.ledger.db;
  const began = stage.ledger.now();
  makeTearable(sqlite); // a table that is made inside would be unmade, and every statement compiled again
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    return playAll(
      worldOf(stage, () => undefined),
      steps,
    );
  } finally {
    sqlite.exec('ROLLBACK');
    stage.skip(began - stage.ledger.now());
  }
};
