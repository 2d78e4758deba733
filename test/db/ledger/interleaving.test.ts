import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { verifyAudit } from '#db/audit/verify';
import { setAccess } from '#db/ledger/access';
import { changeById, changesIn, latestChanges } from '#db/ledger/change-rows';
import { apply } from '#db/ledger/changes';
import { allPeople } from '#db/ledger/people';
import { takeReport } from '#db/ledger/reports';
import { tick } from '#db/ledger/tick';
import { castDenial, castVote } from '#db/ledger/votes';
import type { Change } from '#policies/change/change';
import { PlanHash } from '#policies/ids';
import type { Outcome } from '#policies/outcome';
import type { Person, Role } from '#policies/person';
import type { Report } from '#policies/report';
import type { Risk } from '#policies/risk';
import { plannedReport, somePlan } from '../../fake/worker.ts';
import { assertAgreed, assertRecorded, type Run, runsAfter, ticketOf } from './life.ts';
import { openStage, type Stage, WORKER } from './stage.ts';

/** One thing that happens to a ledger. Numbers pick one of what there is: a change, a person, a plan. */
type Step =
  | { readonly do: 'ask' | 'deny' | 'withdraw'; readonly who: number; readonly which: number }
  /** Asked, planned and agreed to by everybody who may, without anything in between. */
  | { readonly do: 'rush'; readonly who: number; readonly risk: Risk }
  | { readonly do: 'vote'; readonly who: number; readonly which: number; readonly old: boolean }
  | { readonly do: 'plan'; readonly which: number; readonly risk: Risk; readonly liar: boolean }
  | { readonly do: 'stale' | 'progress' | 'lost' | 'refused'; readonly which: number; readonly liar: boolean }
  | { readonly do: 'finish'; readonly which: number; readonly liar: boolean; readonly end: Outcome['end'] }
  | { readonly do: 'demote'; readonly who: number; readonly role: Role; readonly disabled: boolean }
  | { readonly do: 'skip'; readonly ms: number }
  | { readonly do: 'tick' | 'restart' | 'redeliver' };

const which = fc.nat(3);
const risk = fc.constantFrom<Risk>('low', 'medium', 'high', 'critical');
const who = fc.nat(3);
const liar = fc.boolean();
const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);

const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('ask' as const), who, which }), weight: 3 },
  { arbitrary: fc.record({ do: fc.constant('rush' as const), who, risk }), weight: 4 },
  { arbitrary: fc.record({ do: fc.constant('vote' as const), who, which, old: rarely }), weight: 8 },
  { arbitrary: fc.record({ do: fc.constantFrom('deny', 'withdraw'), who, which }), weight: 1 },
  {
    arbitrary: fc.record({
      do: fc.constant('plan' as const),
      which,
      risk,
      liar: rarely,
    }),
    weight: 7,
  },
  {
    arbitrary: fc.record({ do: fc.constantFrom('stale', 'progress', 'lost', 'refused'), which, liar }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('finish' as const),
      which,
      liar: rarely,
      end: fc.constantFrom('succeeded', 'failed', 'reverted'),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('demote' as const),
      who,
      role: fc.constantFrom('viewer', 'operator', 'admin'),
      disabled: rarely,
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('skip' as const),
      ms: fc.constantFrom(1, 60_000, 1_200_000, 90_000_000),
    }),
    weight: 2,
  },
  { arbitrary: fc.record({ do: fc.constantFrom('tick', 'restart', 'redeliver') }), weight: 4 },
);

/** What the play remembers beside the ledger. `agreed`: "person plan" of every vote that was counted. */
type Play = {
  readonly stage: Stage;
  readonly agreed: Set<string>;
  readonly plans: PlanHash[];
  last: Report | null;
};

const NOBODY = PlanHash.parse('0'.repeat(64));
const HEAD = { seq: 1, hash: '0'.repeat(64) };

const pick = <T>(all: readonly T[], index: number): T | undefined => all[index % Math.max(all.length, 1)];
const changeAt = ({ stage }: Play, which: number): Change | undefined =>
  pick(latestChanges(stage.ledger, 4), which);
const personAt = ({ stage }: Play, who: number): Person =>
  pick(allPeople(stage.ledger), who) ?? assert.fail('there are people');
const planOf = ({ state }: Change): PlanHash => ('plan' in state ? state.plan : NOBODY);

const tell = (play: Play, report: Report, liar: boolean): void => {
  play.last = report;
  play.stage.tell(report, liar ? 'node.home.pve9' : WORKER);
};

const outcomeOf = (end: Outcome['end']): Outcome =>
  end === 'succeeded'
    ? { end, seen: [], upids: [] }
    : { end, step: 0, failure: { failure: 'not-seen' }, seen: [], upids: [] };

const vote = (
  { stage, agreed, plans }: Play,
  change: Change,
  { person, old }: { person: Person; old: boolean },
): void => {
  const plan = old ? (plans[0] ?? NOBODY) : planOf(change);
  const actor = { person: person.id };
  const key = `${person.id} ${plan}`;
  // The vote may start the change in the same breath, so it counts before it is cast and not if it was refused.
  const had = agreed.has(key);
  agreed.add(key);
  if (!castVote(stage.ledger, stage.authority, { change, person, plan, actor, typed: null }).ok && !had)
    agreed.delete(key);
};

const plan = (play: Play, change: Change, { risk, liar }: { risk: Risk; liar: boolean }): void => {
  const { id, action, target, params } = change;
  const report = plannedReport(somePlan({ job: 'plan', change: id, action, target, params }, { risk }));
  if (report.report === 'planned') play.plans.push(report.hash);
  tell(play, report, liar);
};

const rush = (play: Play, requester: Person, risk: Risk): void => {
  const { ledger } = play.stage;
  const { id } = play.stage.ask(requester, 101, 'guest.start');
  const now = (): Change => changeById(ledger, id) ?? assert.fail('it was just asked for');
  plan(play, now(), { risk, liar: false });
  for (const person of allPeople(ledger)) vote(play, now(), { person, old: false });
};

const reporting =
  (report: (change: Change) => Report) =>
  (play: Play, { which, liar }: { readonly which: number; readonly liar: boolean }): void => {
    const change = changeAt(play, which);
    if (change) tell(play, report(change), liar);
  };

const finish = (play: Play, { which, liar, end }: Extract<Step, { do: 'finish' }>): void => {
  // What holds a target comes first, so that those that wait for its target get their turn.
  const change = pick(changesIn(play.stage.ledger, ['running', 'unknown']), which) ?? changeAt(play, which);
  if (!change) return;
  tell(play, { report: 'finished', change: change.id, outcome: outcomeOf(end), head: HEAD }, liar);
  tick(play.stage.ledger, play.stage.authority); // as the bot does a second later
};

/** What a person may is changed; a vote that is void then counts for nothing, also when they may again later. */
const demote = (play: Play, { who, role, disabled }: Extract<Step, { do: 'demote' }>): void => {
  const { ledger } = play.stage;
  const person = { ...personAt(play, who), role, disabled };
  const { voided } = setAccess(ledger, person, { cli: 'test' });
  for (const change of voided) play.agreed.delete(`${person.id} ${planOf(change)}`);
  if (!disabled) return;
  for (const { requester, state } of changesIn(ledger, ['planning', 'awaiting', 'approved'])) {
    assert.notEqual(requester, person.id, 'nothing that they asked for is open');
    assert.ok(!('votes' in state) || state.votes.every((vote) => vote.person !== person.id));
  }
};

type Moves = { readonly [D in Step['do']]: (play: Play, step: Extract<Step, { do: D }>) => void };

const MOVES: Moves = {
  ask: (play, { who, which }) => {
    const person = personAt(play, who);
    if (!person.disabled) play.stage.ask(person, which === 0 ? 102 : 101, 'guest.start');
  },
  rush: (play, { who, risk }) => {
    const person = personAt(play, who);
    if (!person.disabled) rush(play, person, risk);
  },
  plan: (play, { which, ...more }) => {
    const change = changeAt(play, which);
    if (change) plan(play, change, more);
  },
  vote: (play, { who, which, old }) => {
    const change = changeAt(play, which);
    if (change) vote(play, change, { person: personAt(play, who), old });
  },
  deny: (play, { who, which }) => {
    const [change, person] = [changeAt(play, which), personAt(play, who)];
    if (!change) return;
    castDenial(play.stage.ledger, { change, person, plan: planOf(change), actor: { person: person.id } });
  },
  withdraw: (play, { who, which }) => {
    const [change, by] = [changeAt(play, which), personAt(play, who).id];
    if (change) apply(play.stage.ledger, change.id, { type: 'withdraw', by }, { person: by });
  },
  stale: reporting((change) => ({ report: 'stale', change: change.id, hash: planOf(change), drift: [] })),
  progress: reporting(({ id }) => ({ report: 'progress', change: id, step: 1, upid: null })),
  lost: reporting(({ id }) => ({ report: 'lost', change: id, why: 'answer-lost', head: HEAD })),
  refused: reporting(({ id }) => ({ report: 'refused', change: id, refusal: { no: 'nothing-to-do' } })),
  finish,
  demote,
  skip: ({ stage }, { ms }) => stage.skip(ms),
  tick: ({ stage }) => tick(stage.ledger, stage.authority),
  restart: ({ stage }) => stage.restart(),
  redeliver: ({ stage, last }) => last && stage.tell(last),
};

const play = (game: Play, step: Step): void => {
  // The table has a move for each step, for exactly that step.
  const move = MOVES[step.do] as (play: Play, step: Step) => void;
  move(game, step);
};

test('whatever happens in whatever order, only an agreed plan is run, once, and the audit tells the whole life', () => {
  let started = 0;
  const property = fc.property(
    fc.noBias(fc.array(step, { minLength: 20, maxLength: 50, size: 'max' })),
    (steps) => {
      const stage = openStage();
      try {
        const game: Play = { stage, agreed: new Set(), plans: [], last: null };
        const runs: Run[] = [];
        for (const each of steps) {
          play(game, each);
          const fresh = runsAfter(stage, runs.at(-1)?.seq ?? 0);
          for (const run of fresh) assertAgreed(stage, run, game.agreed);
          runs.push(...fresh);
        }
        const plans = runs.map((run) => ticketOf(stage, run).plan);
        assert.equal(new Set(plans).size, plans.length, 'no plan is run twice');
        assertRecorded(stage);
        started += runs.length;
        assert.equal(verifyAudit(stage.path).verdict, 'whole');
      } finally {
        stage.close();
      }
    },
  );
  fc.assert(property, { numRuns: 200, verbose: 1, interruptAfterTimeLimit: 60_000 }); // a failure prints its seed
  assert.ok(started > 100, `the plays reached a start ${started} times`);
});

test('a message of a worker that comes twice is taken once', () => {
  const stage = openStage();
  const change = stage.ask(allPeople(stage.ledger).find(({ id }) => id === 'omar') ?? assert.fail());
  const { id, action, target, params } = change;
  const letter = stage.letter(plannedReport(somePlan({ job: 'plan', change: id, action, target, params })));
  assert.equal(takeReport(stage.ledger, stage.authority, letter), true);
  assert.equal(takeReport(stage.ledger, stage.authority, letter), false);
  stage.restart();
  assert.equal(takeReport(stage.ledger, stage.authority, letter), false);
  assert.equal(latestChanges(stage.ledger, 1)[0]?.version, 2);
  stage.close();
});
