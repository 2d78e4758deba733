import assert from 'node:assert/strict';
import { State } from '#policies/change/state';
import type { Stage } from '../stage.ts';
import { rowsOf } from './rows.ts';

/** The life of a change, written once more by hand: state, event, and where the event may lead. */
const LIFE: { readonly [state: string]: { readonly [event: string]: string } } = {
  planning: {
    planned: 'awaiting approved',
    refused: 'refused',
    withdraw: 'withdrawn',
    orphan: 'withdrawn',
    tick: 'expired',
  },
  awaiting: {
    vote: 'awaiting approved',
    confirm: 'approved',
    deny: 'denied',
    withdraw: 'withdrawn',
    orphan: 'withdrawn',
    void: 'awaiting',
    replan: 'planning',
    tick: 'expired',
  },
  approved: {
    start: 'running',
    refused: 'refused',
    deny: 'denied',
    withdraw: 'withdrawn',
    orphan: 'withdrawn',
    void: 'awaiting approved',
    replan: 'planning',
    tick: 'expired',
  },
  running: {
    progress: 'running',
    stale: 'planning',
    refused: 'refused',
    finish: 'succeeded failed reverted',
    lose: 'unknown',
  },
  unknown: { finish: 'succeeded failed reverted', refused: 'refused' },
};

/** What the model knows of a change: its state, and how often it moved. */
type Known = { state: string; version: number };

/** A move that went on record. */
export type Move = { readonly change: string; readonly event: string; readonly to: string };

type Row = { readonly id: string; readonly state: string; readonly version: number };

/** The state of every change as the records so far tell it. */
export type Lives = { readonly known: Map<string, Known>; upTo: number };

/** Of a ledger that has no change yet. */
export const noLives = (): Lives => ({ known: new Map(), upTo: 0 });

const recordsAfter = ({ ledger }: Stage, seq: number) =>
  rowsOf<{ seq: number; line: string }>(
    ledger.db.sqlite,
    'SELECT seq, line FROM audit WHERE seq > ? ORDER BY seq',
    seq,
  );

const follow = (known: Lives['known'], { change, event, from, to }: Move & { from: unknown }): void => {
  const life = known.get(change);
  assert.ok(life, `${event} of a change that was never opened`);
  assert.equal(from, life.state, `${event} begins where the change stood`);
  assert.ok(LIFE[life.state]?.[event]?.split(' ').includes(to), `${event} leads from ${life.state} to ${to}`);
  life.state = to;
  life.version += 1;
};

/** Reads what went on record since, and checks every move by the table above; the moves. */
export const followRecords = (stage: Stage, lives: Lives): readonly Move[] => {
  const moves: Move[] = [];
  for (const { seq, line } of recordsAfter(stage, lives.upTo)) {
    lives.upTo = seq;
    const { kind, change, facts } = JSON.parse(line);
    const [, event] = /^change\.(.*)/.exec(kind) ?? [];
    if (event === 'opened') lives.known.set(change, { state: 'planning', version: 1 });
    else if (event !== undefined) {
      moves.push({ change, event, to: facts.to });
      follow(lives.known, { change, event, from: facts.from, to: facts.to });
    }
  }
  return moves;
};

const HOLDING = "('running', 'confirming', 'unknown')";

/** The ledger's rows say what its records say, each state is whole, and no target is held by two changes. */
export const assertRowsFollow = ({ ledger: { db } }: Stage, { known }: Lives): void => {
  const rows = rowsOf<Row>(db.sqlite, 'SELECT id, state, version FROM changes');
  assert.equal(rows.length, known.size, 'every change was recorded when it was opened');
  for (const { id, state, version } of rows) {
    const life = known.get(id);
    assert.ok(life?.state === state && life.version === version, 'one record a version');
  }
  const held = rowsOf<{ key: string }>(
    db.sqlite,
    `SELECT target_key AS key FROM changes WHERE state IN ${HOLDING}`,
  ).map(({ key }) => key);
  assert.equal(new Set(held).size, held.length, `no target has two holders: ${held.join()}`);
};

/** Every state in the ledger is one that its schema knows. */
export const assertStatesWhole = ({ ledger: { db } }: Stage): void => {
  for (const text of db.sqlite.prepare<[], string>('SELECT state_json FROM changes').pluck().all())
    State.parse(JSON.parse(text));
};
