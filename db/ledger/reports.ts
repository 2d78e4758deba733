import { ACTIONS, isOwnAction } from '#policies/actions';
import type { Change } from '#policies/change/change';
import type { ChangeEvent } from '#policies/change/event';
import type { ChangeId } from '#policies/ids';
import type { Json } from '#policies/json';
import { readWith } from '#policies/read-with';
import { Report } from '#policies/report';
import { higherRisk } from '#policies/risk';
import { targetKey } from '#policies/target';
import { appendAudit } from '../audit/append.ts';
import { digestOf } from '../canonical.ts';
import { acceptOnce } from '../queue/inbox.ts';
import type { Envelope } from '../queue/queue.ts';
import type { Authority } from './authority.ts';
import { changeById } from './change-rows.ts';
import { apply, PLANNING_TIME } from './changes.ts';
import { takeVerdict } from './code-verdict.ts';
import { keepFactors } from './factors.ts';
import { storeInventory } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { keepStandings } from './standings.ts';
import { startWhenAgreed } from './start.ts';
import { staleBefore, takePlan } from './take-plan.ts';
import { greet, hear } from './workers.ts';

type On<R extends Report['report']> = Extract<Report, { report: R }>;
type Desk = { readonly ledger: Ledger; readonly authority: Authority; readonly from: string };
type Takers = { readonly [R in Report['report']]: (desk: Desk, report: On<R>) => void };

type Facts = { readonly [name: string]: Json };

const record = ({ ledger, from }: Pick<Desk, 'ledger' | 'from'>, facts: Facts, change?: ChangeId): void => {
  const about = change === undefined ? {} : { change };
  const event = { kind: 'report.late' as const, actor: { worker: from }, ...about, facts };
  appendAudit(ledger.db, event, ledger.now());
};

/**
 * Only the worker that holds a change's plan speaks of it. What another one says, or what comes when the change has
 * moved on, is kept in the audit and changes nothing.
 */
const tell = (desk: Desk, id: ChangeId, event: ChangeEvent): void => {
  const { ledger, from } = desk;
  const change = changeById(ledger, id);
  if (!change || change.worker !== from || isOwnAction(change.action))
    return record(desk, { event: event.type, why: 'not its worker' }, id);
  const moved = apply(ledger, id, event, { worker: from });
  if (!moved.ok) record(desk, { event: event.type, why: moved.error.no }, id);
};

/** Is this a plan of what was asked for? A plan of anything else would be decided on under a headline that lies. */
const isOf = ({ id, action, target, params }: Change, { plan, hash }: On<'planned'>): boolean =>
  plan.change === id &&
  plan.action === action &&
  targetKey(plan.target) === targetKey(target) &&
  digestOf(plan.params) === digestOf(params) &&
  // A plan may raise the risk of its action, never lower it.
  higherRisk(ACTIONS[action].risk, plan.risk) === plan.risk &&
  // Plans come out of zod as plain JSON objects.
  digestOf(plan as unknown as Json) === hash;

/** So many plans of one change may be stale; then something keeps changing the host, and people are told. */
const MOST_STALE = 3;

/** The worker has a plan: the rules are asked again, now with the risk of what the plan really does. */
const planned = (desk: Desk, report: On<'planned'>): void => {
  const { ledger, authority } = desk;
  const { change: id, plan, hash } = report;
  const change = changeById(ledger, id);
  if (!change || change.worker !== desk.from || !isOf(change, report))
    return record(desk, { event: 'planned', why: 'not a plan of what was asked for' }, id);
  tell(desk, id, takePlan(ledger, authority, { change, plan, hash }));
  startWhenAgreed(ledger, authority, id);
};

/** A worker speaks for its own node, and of its own site; another's name or inventory is not its to give. */
const speaksFor = (from: string, site: string, node?: string): boolean =>
  node === undefined ? from.startsWith(`node.${site}.`) : from === `node.${site}.${node}`;

const hello = (desk: Desk, report: On<'hello'>): void => {
  const { site, node, address } = report;
  if (address === desk.from && speaksFor(desk.from, site, node)) greet(desk.ledger, report);
  else record(desk, { event: 'hello', why: 'not its address', address });
};

const inventory = (desk: Desk, report: On<'inventory'>): void => {
  const { site } = report.inventory;
  if (speaksFor(desk.from, site)) storeInventory(desk.ledger, report.inventory);
  else record(desk, { event: 'inventory', why: 'not its site', site });
};

const code = (desk: Desk, report: On<'code'>): void => {
  const { nonce, change } = report;
  if (!takeVerdict(desk.ledger, desk.authority, { from: desk.from, report }))
    record(desk, { event: 'code', why: 'not an answer to a code that was sent there', nonce }, change);
};

/**
 * The plan was dropped and nothing was touched: another is made, but not for ever. Where nobody knew what had become of it,
 * that is its end.
 */
const stale = (desk: Desk, { change: id, hash: plan }: On<'stale'>): void => {
  const state = changeById(desk.ledger, id)?.state;
  if (state?.state === 'unknown' && state.plan === plan)
    return tell(desk, id, { type: 'refused', refusal: { no: 'no-such-plan' } });
  if (
    state?.state === 'running' &&
    state.plan === plan &&
    staleBefore(desk.ledger, id, MOST_STALE) >= MOST_STALE - 1
  )
    return tell(desk, id, { type: 'refused', refusal: { no: 'keeps-drifting', times: MOST_STALE } });
  tell(desk, id, { type: 'stale', plan, until: desk.ledger.now() + PLANNING_TIME });
};

const TAKERS: Takers = {
  hello,
  planned,
  refused: (desk, { change, refusal }) => tell(desk, change, { type: 'refused', refusal }),
  stale,
  progress: (desk, { change, step, upid }) => tell(desk, change, { type: 'progress', step, upid }),
  verified: (desk, { change, seen, until }) => tell(desk, change, { type: 'verified', seen, until }),
  finished: (desk, { change, outcome }) => tell(desk, change, { type: 'finish', outcome }),
  lost: (desk, { change, why }) => tell(desk, change, { type: 'lose', why, at: desk.ledger.now() }),
  inventory,
  factors: ({ ledger, from }, { factors }) => keepFactors(ledger, from, factors),
  recipes: ({ ledger, from }, { at, standings }) => keepStandings(ledger, from, { at, standings }),
  code,
};

/** The text of a report with every half of a surrogate pair replaced, which no audit record could hold. */
const wellFormed = (body: Json): unknown =>
  JSON.parse(JSON.stringify(body), (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );

/**
 * Takes one message of a worker, once: the inbox row and everything that follows from it are one transaction. What is no
 * report is put on record and dropped: sent again it would be none either, and hold up all behind it. False when it was
 * seen before.
 */
export const takeReport = (ledger: Ledger, authority: Authority, envelope: Envelope): boolean => {
  const { from, id } = envelope;
  const read = readWith(Report, wellFormed(envelope.body));
  return acceptOnce(ledger.db, envelope, () => {
    if (!read.success) return record({ ledger, from }, { message: id, why: 'not a report' });
    const report = read.data;
    hear(ledger, from);
    // The table has a taker for each kind of report, of exactly that kind.
    const take = TAKERS[report.report] as (desk: Desk, report: Report) => void;
    take({ ledger, authority, from }, report);
  });
};
