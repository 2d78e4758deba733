import type { ChangeEvent } from '#policies/change/event';
import type { ChangeId } from '#policies/ids';
import type { Json } from '#policies/json';
import { Report } from '#policies/report';
import { appendAudit } from '../audit/append.ts';
import { digestOf } from '../canonical.ts';
import { acceptOnce } from '../queue/inbox.ts';
import type { Envelope } from '../queue/queue.ts';
import type { Authority } from './authority.ts';
import { changeById, keepPlan } from './change-rows.ts';
import { apply, PLANNING_TIME } from './changes.ts';
import { judgeChange } from './decisions.ts';
import { storeInventory } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { startWhenAgreed } from './start.ts';
import { greet, hear } from './workers.ts';

type On<R extends Report['report']> = Extract<Report, { report: R }>;
type Desk = { readonly ledger: Ledger; readonly authority: Authority; readonly from: string };
type Takers = { readonly [R in Report['report']]: (desk: Desk, report: On<R>) => void };

const record = ({ ledger, from }: Desk, change: ChangeId, facts: { [name: string]: Json }): void => {
  appendAudit(ledger.db, { kind: 'report.late', actor: { worker: from }, change, facts }, ledger.now());
};

/**
 * Only the worker that holds a change's plan speaks of it. What another one says, or what comes when the change has
 * moved on, is kept in the audit and changes nothing.
 */
const tell = (desk: Desk, id: ChangeId, event: ChangeEvent): void => {
  const { ledger, from } = desk;
  const change = changeById(ledger, id);
  if (!change || change.worker !== from)
    return record(desk, id, { event: event.type, why: 'not its worker' });
  const moved = apply(ledger, id, event, { worker: from });
  if (!moved.ok) record(desk, id, { event: event.type, why: moved.error.no });
};

/** The worker has a plan: the rules are asked again, now with the risk of what the plan really does. */
const planned = (desk: Desk, { change: id, plan, hash }: On<'planned'>): void => {
  const { ledger, authority } = desk;
  const change = changeById(ledger, id);
  // Plans come out of zod as plain JSON objects.
  const honest = plan.change === id && digestOf(plan as unknown as Json) === hash;
  if (!change || !honest) return record(desk, id, { event: 'planned', why: 'the hash is not the plan’s' });
  keepPlan(ledger, hash, plan);
  const decision = judgeChange(ledger, authority.rules, change, plan.risk);
  if (decision.verdict === 'refuse') return tell(desk, id, { type: 'refused', refusal: decision.refusal });
  const { needs, voteValidFor, expires } = decision;
  tell(desk, id, { type: 'planned', plan: hash, needs, voteValidFor, until: ledger.now() + expires });
  startWhenAgreed(ledger, authority, id);
};

const TAKERS: Takers = {
  hello: ({ ledger }, report) => greet(ledger, report),
  planned,
  refused: (desk, { change, refusal }) => tell(desk, change, { type: 'refused', refusal }),
  stale: (desk, { change, hash }) =>
    tell(desk, change, { type: 'stale', plan: hash, until: desk.ledger.now() + PLANNING_TIME }),
  progress: (desk, { change, step, upid }) => tell(desk, change, { type: 'progress', step, upid }),
  finished: (desk, { change, outcome }) => tell(desk, change, { type: 'finish', outcome }),
  lost: (desk, { change, why }) => tell(desk, change, { type: 'lose', why, at: desk.ledger.now() }),
  inventory: ({ ledger }, { inventory }) => storeInventory(ledger, inventory),
};

/**
 * Takes one message of a worker, once: the inbox row and everything that follows from it are one transaction. Throws a
 * ZodError for a message that is no report; false when it was seen before.
 */
export const takeReport = (ledger: Ledger, authority: Authority, envelope: Envelope): boolean => {
  const report = Report.parse(envelope.body);
  return acceptOnce(ledger.db, envelope, () => {
    hear(ledger, envelope.from);
    // The table has a taker for each kind of report, of exactly that kind.
    const take = TAKERS[report.report] as (desk: Desk, report: Report) => void;
    take({ ledger, authority, from: envelope.from }, report);
  });
};
