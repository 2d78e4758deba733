import assert from 'node:assert/strict';
import { setAccess } from '#db/ledger/access';
import { setMode } from '#db/ledger/called-modes';
import { changeById, changesIn, latestChanges } from '#db/ledger/change-rows';
import { apply } from '#db/ledger/changes';
import { callFreeze, liftFreezes } from '#db/ledger/freezes';
import { allPeople } from '#db/ledger/people';
import { takeReport } from '#db/ledger/reports';
import { settleUnknown } from '#db/ledger/settle';
import { tick } from '#db/ledger/tick';
import { castDenial, castVote, confirmAlone } from '#db/ledger/votes';
import type { Envelope } from '#db/queue/queue';
import type { Change } from '#policies/change/change';
import { PlanHash, SiteId } from '#policies/ids';
import type { Outcome } from '#policies/outcome';
import type { Person } from '#policies/person';
import { Report } from '#policies/report';
import { shortName } from '#policies/target';
import { plannedReport, somePlan } from '../../../fake/worker.ts';
import { WORKER } from '../stage.ts';
import { BOOKS } from './rule-books.ts';
import type { Step } from './step.ts';
import { agreedTo, type World } from './world.ts';

type Of<D extends Step['do']> = Extract<Step, { do: D }>;
type Moves = { readonly [D in Step['do']]: (world: World, step: Of<D>) => void };

const NO_PLAN = PlanHash.parse('0'.repeat(64));
const HEAD = { seq: 1, hash: '0'.repeat(64) };
const TEST = { cli: 'test' } as const;

const pick = <T>(all: readonly T[], index: number): T | undefined => all[index % Math.max(all.length, 1)];
const changeAt = ({ stage }: World, which: number): Change | undefined =>
  pick(latestChanges(stage.ledger, 4), which);
const personAt = ({ stage }: World, who: number): Person =>
  pick(allPeople(stage.ledger), who) ?? assert.fail('there are people');
const planOf = ({ state }: Change): PlanHash => ('plan' in state ? state.plan : NO_PLAN);
const nameOf = ({ target }: Change): string => shortName(target);

/** Delivers a message: it is taken the first time that it is not torn, and never again. */
const deliver = (world: World, letter: Envelope): void => {
  const { ledger, authority } = world.stage;
  world.last = letter;
  const fresh = takeReport(ledger, authority, letter);
  assert.equal(fresh, !world.taken.has(letter.id), 'a message is taken once');
  world.taken.add(letter.id);
};

const tell = (world: World, report: Report, liar: boolean): void =>
  deliver(world, world.stage.letter(report, liar ? 'node.home.pve9' : WORKER));

const reporting =
  (report: (change: Change) => Report) =>
  (world: World, { which, liar }: { readonly which: number; readonly liar: boolean }): void => {
    const change = changeAt(world, which);
    if (change) tell(world, report(change), liar);
  };

const ask = (world: World, person: Person, vmid: number): Change => {
  const change = world.stage.ask(person, vmid, 'guest.start');
  world.askedUnder.set(change.id, world.book);
  return change;
};

const plan = (world: World, change: Change, { risk, liar }: Pick<Of<'plan'>, 'risk' | 'liar'>): void => {
  const { id, action, target, params } = change;
  const made = somePlan({ job: 'plan', change: id, action, target, params }, { risk });
  const report = plannedReport(made);
  if (report.report !== 'planned') return;
  world.plans.push(report.hash);
  world.agreedAt.set(report.hash, world.stage.ledger.now());
  tell(world, report, liar);
};

type Voting = { readonly person: Person; readonly old: boolean; readonly typed: boolean };

const vote = (world: World, change: Change, { person, old, typed }: Voting): void => {
  const { ledger, authority } = world.stage;
  const hash = old ? PlanHash.parse(world.plans[0] ?? NO_PLAN) : planOf(change);
  const word = {
    change,
    person,
    plan: hash,
    actor: { person: person.id },
    typed: typed ? nameOf(change) : null,
  };
  if (castVote(ledger, authority, word).ok) agreedTo(world, hash, person.id, typed);
};

const rush = (world: World, { who, risk }: Of<'rush'>): void => {
  const person = personAt(world, who);
  if (person.disabled) return;
  const { ledger } = world.stage;
  const { id } = ask(world, person, 101);
  const now = (): Change => changeById(ledger, id) ?? assert.fail('it was just asked for');
  plan(world, now(), { risk, liar: false });
  for (const each of allPeople(ledger)) vote(world, now(), { person: each, old: false, typed: true });
};

const outcomeOf = (end: Outcome['end']): Outcome =>
  end === 'succeeded'
    ? { end, seen: [], upids: [] }
    : { end, step: 0, failure: { failure: 'not-seen' }, seen: [], upids: [] };

const finish = (world: World, { which, liar, end }: Of<'finish'>): void => {
  const { ledger, authority } = world.stage;
  // What holds a target comes first, so that those that wait for its target get their turn.
  const change = pick(changesIn(ledger, ['running', 'unknown']), which) ?? changeAt(world, which);
  if (!change) return;
  tell(world, { report: 'finished', change: change.id, outcome: outcomeOf(end), head: HEAD }, liar);
  tick(ledger, authority); // as the bot does a second later
};

/** What a person may is changed; a vote that is void then counts for nothing, also when they may again later. */
const demote = (world: World, { who, role, disabled }: Of<'demote'>): void => {
  const { ledger } = world.stage;
  const person = { ...personAt(world, who), role, disabled };
  const { voided } = setAccess(ledger, person, TEST);
  world.people.set(person.id, { role, disabled });
  for (const change of voided) world.votes.get(planOf(change))?.delete(person.id);
  if (!disabled) return;
  for (const { requester, state } of changesIn(ledger, ['planning', 'awaiting', 'approved'])) {
    assert.notEqual(requester, person.id, 'nothing that they asked for is open');
    assert.ok(!('votes' in state) || state.votes.every((one) => one.person !== person.id));
  }
};

const confirm = (world: World, { which }: Of<'confirm'>): void => {
  const change = changeAt(world, which);
  if (!change) return;
  const { ledger, authority } = world.stage;
  const person = allPeople(ledger).find(({ id }) => id === change.requester) ?? assert.fail();
  const word = {
    change,
    person,
    plan: planOf(change),
    actor: { person: person.id },
    typed: nameOf(change),
  };
  if (!confirmAlone(ledger, authority, word).ok) return;
  world.confirmed.add(word.plan);
  world.agreedAt.set(word.plan, ledger.now());
};

const settle = (world: World, { who, which }: Of<'settle'>): void => {
  const { ledger, authority } = world.stage;
  const [change, person] = [changeAt(world, which), personAt(world, who)];
  if (!change) return;
  const settled = settleUnknown(ledger, authority, {
    change,
    person,
    actor: { person: person.id },
    end: 'failed',
  });
  if (settled.ok) assert.equal(world.people.get(person.id)?.role, 'admin', 'an admin says how it ended');
};

const siteOf = (site: boolean): SiteId | null => (site ? SiteId.parse('home') : null);

/** One move for each step. */
export const MOVES: Moves = {
  ask: (world, { who, which }) => {
    const person = personAt(world, who);
    if (!person.disabled) ask(world, person, which > 1 ? 102 : 101);
  },
  rush,
  plan: (world, { which, ...more }) => {
    const change = changeAt(world, which);
    if (change) plan(world, change, more);
  },
  vote: (world, { who, which, old, typed }) => {
    const change = changeAt(world, which);
    if (change) vote(world, change, { person: personAt(world, who), old, typed });
  },
  confirm,
  deny: (world, { who, which }) => {
    const [change, person] = [changeAt(world, which), personAt(world, who)];
    if (!change) return;
    castDenial(world.stage.ledger, { change, person, plan: planOf(change), actor: { person: person.id } });
  },
  withdraw: (world, { who, which }) => {
    const [change, by] = [changeAt(world, which), personAt(world, who).id];
    if (change) apply(world.stage.ledger, change.id, { type: 'withdraw', by }, { person: by });
  },
  stale: reporting((change) => ({ report: 'stale', change: change.id, hash: planOf(change), drift: [] })),
  progress: reporting(({ id }) => ({ report: 'progress', change: id, step: 1, upid: null })),
  lost: reporting(({ id }) => ({ report: 'lost', change: id, why: 'answer-lost', head: HEAD })),
  refused: reporting(({ id }) => ({ report: 'refused', change: id, refusal: { no: 'nothing-to-do' } })),
  finish,
  settle,
  demote,
  rule: (world, { book }) => {
    const next = pick(BOOKS, book) ?? assert.fail();
    world.stage.rule(next.rules);
    world.book = next;
  },
  freeze: (world, { site, ms }) => {
    const { ledger } = world.stage;
    const until = ledger.now() + ms;
    callFreeze(ledger, { site: siteOf(site), reason: 'quiet', until, by: personAt(world, 0).id }, TEST);
    world.freezes = [...world.freezes, { site, until }];
  },
  thaw: (world, { site }) => {
    liftFreezes(world.stage.ledger, siteOf(site), TEST);
    world.freezes = world.freezes.filter((freeze) => freeze.site !== site);
  },
  mode: (world, { site, mode }) => {
    const { ledger } = world.stage;
    const by = personAt(world, 0).id;
    setMode(ledger, { site: siteOf(site), mode, by, reason: null }, TEST);
    world.modes.set(site, mode);
  },
  skip: ({ stage }, { ms }) => stage.skip(ms),
  tick: ({ stage }) => tick(stage.ledger, stage.authority),
  restart: ({ restart }) => restart(),
  redeliver: (world, { again }) => {
    const { last, stage } = world;
    if (last) deliver(world, again ? last : { ...last, id: stage.letter(Report.parse(last.body)).id });
  },
};
