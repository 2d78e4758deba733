import assert from 'node:assert/strict';
import { verifyAudit } from '#db/audit/verify';
import { check } from './check.ts';
import { assertStatesWhole } from './lives.ts';
import { MOVES } from './moves.ts';
import type { Played, Step } from './step.ts';
import { openWorld, type World } from './world.ts';

const TORN = 'the process dies here';

const move = (world: World, step: Step): void => {
  // The table has a move for each step, for exactly that step.
  const made = MOVES[step.do] as (world: World, step: Step) => void;
  made(world, step);
};

const isTorn = (error: unknown): boolean =>
  error instanceof Error && (error.message.includes(TORN) || isTorn(error.cause));

/** The process dies at its first write to this table, in the middle of what it does, and comes back with the file alone. */
const tear = (world: World, { step, torn }: Played): void => {
  const { sqlite } = world.stage.ledger.db;
  sqlite.exec(`CREATE TEMP TRIGGER torn BEFORE INSERT ON ${torn} BEGIN SELECT raise(ABORT, '${TORN}'); END`);
  try {
    move(world, step);
    if (world.stage.ledger.db.sqlite === sqlite) sqlite.exec('DROP TRIGGER torn');
  } catch (error) {
    if (!isTorn(error)) throw error;
    world.stage.restart();
  }
};

/** Plays one play on a ledger of its own in this folder, and looks after each step; how many changes began. */
export const play = (steps: readonly Played[], folder: string): number => {
  const world = openWorld(folder);
  let began = 0;
  try {
    for (const each of steps) {
      if (each.torn === null) move(world, each.step);
      else tear(world, each);
      began += check(world);
    }
    assertStatesWhole(world.stage);
    assert.equal(verifyAudit(world.stage.path).verdict, 'whole');
    return began;
  } finally {
    world.stage.close();
  }
};
