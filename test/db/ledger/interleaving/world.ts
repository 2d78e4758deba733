import assert from 'node:assert/strict';
import { allPeople } from '#db/ledger/people';
import type { Envelope } from '#db/queue/queue';
import type { Mode } from '#policies/mode';
import type { Person } from '#policies/person';
import { openStage, type Stage } from '../stage.ts';
import { type Lives, noLives } from './lives.ts';
import { BOOKS, type Book } from './rule-books.ts';

/** One person's word on a plan. `at` in ms; `typed`: they wrote the target's name. */
export type Word = { readonly at: number; readonly typed: boolean };

type Freeze = { readonly site: boolean; readonly until: number };

/** A ledger, and beside it the model: what the play did to it, kept without any code of the ledger. */
export type World = {
  readonly stage: Stage;
  /** The process dies and comes back; nothing where the file is not let go of. */
  readonly restart: () => void;
  readonly lives: Lives;
  readonly people: Map<string, Pick<Person, 'role' | 'disabled'>>;
  /** By plan: who agreed to it, whether its requester confirmed it, and when anything of that last happened (ms). */
  readonly votes: Map<string, Map<string, Word>>;
  readonly confirmed: Set<string>;
  readonly agreedAt: Map<string, number>;
  /** By change: the rule file under which it was asked for. */
  readonly askedUnder: Map<string, Book>;
  /** By change: the plan whose ticket is out, until its worker says what became of it. */
  readonly out: Map<string, string>;
  readonly started: Set<string>;
  /** What was set last for the site (true) and for everything (false). */
  readonly modes: Map<boolean, Mode>;
  readonly plans: string[];
  readonly taken: Set<string>;
  book: Book;
  freezes: readonly Freeze[];
  last: Envelope | null;
  outboxUpTo: number;
};

const first = BOOKS[0] ?? assert.fail('there are rule files');

/** A ledger in this folder under the first of the rule files. */
export const openFirst = (folder: string): Stage => openStage(undefined, first.rules, folder);

/** The model of a ledger in which nothing has happened yet. */
export const worldOf = (stage: Stage, restart: () => void): World => {
  stage.rule(first.rules);
  return {
    stage,
    restart,
    lives: noLives(),
    people: new Map(allPeople(stage.ledger).map(({ id, role, disabled }) => [id, { role, disabled }])),
    votes: new Map(),
    confirmed: new Set(),
    agreedAt: new Map(),
    askedUnder: new Map(),
    out: new Map(),
    started: new Set(),
    modes: new Map(),
    plans: [],
    taken: new Set(),
    book: first,
    freezes: [],
    last: null,
    outboxUpTo: 0,
  };
};

/** Somebody's word on a plan was taken. */
export const agreedTo = (world: World, plan: string, person: string, typed: boolean): void => {
  const at = world.stage.ledger.now();
  world.votes.set(plan, (world.votes.get(plan) ?? new Map()).set(person, { at, typed }));
  world.agreedAt.set(plan, at);
};
