import assert from 'node:assert/strict';
import { changeById } from '#db/ledger/change-rows';
import { ChangeId } from '#policies/ids';
import { type Run, runsAfter, ticketOf } from '../life.ts';
import { assertAgreed } from './agreed.ts';
import { assertRowsFollow, followRecords, type Move } from './lives.ts';
import { rowsOf } from './rows.ts';
import type { World } from './world.ts';

/** The tickets that left since the last look. The outbox is read only when it grew. */
const freshRuns = (world: World): Run[] => {
  const { sqlite } = world.stage.ledger.db;
  const last = rowsOf<{ seq: number | null }>(sqlite, 'SELECT max(seq) AS seq FROM outbox')[0]?.seq;
  if (!last || last === world.outboxUpTo) return [];
  const runs = [...runsAfter(world.stage, world.outboxUpTo)];
  world.outboxUpTo = last;
  return runs;
};

/** A start went on record: exactly one ticket left for it, for a plan that never ran, of a change that does not run. */
const begin = (world: World, change: string, runs: Run[]): void => {
  const run = runs.shift();
  assert.ok(run && run.change === change, 'a start sends one ticket, for the change that starts');
  const ticket = ticketOf(world.stage, run);
  const { state } = changeById(world.stage.ledger, ChangeId.parse(change)) ?? assert.fail();
  assert.ok(state.state === 'running' && state.plan === ticket.plan, 'the ticket is for the plan that runs');
  assert.ok(!world.out.has(change), 'no change is executed twice');
  assert.ok(!world.started.has(ticket.plan), 'no plan gets two tickets');
  world.out.set(change, ticket.plan);
  world.started.add(ticket.plan);
  assertAgreed(world, ticket);
};

const ENDS = ['stale', 'refused', 'finish'];

const take = (world: World, { change, event }: Move, runs: Run[]): void => {
  if (event === 'start') begin(world, change, runs);
  if (ENDS.includes(event)) world.out.delete(change);
};

/** Everything that must be true after a step; how many changes began with it. */
export const check = (world: World): number => {
  const before = world.started.size;
  const moves = followRecords(world.stage, world.lives);
  const runs = freshRuns(world);
  for (const move of moves) take(world, move, runs);
  assert.equal(runs.length, 0, 'no ticket leaves without a start');
  assertRowsFollow(world.stage, world.lives);
  return world.started.size - before;
};
