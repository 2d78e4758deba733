import type { Change } from '#policies/change/change';
import type { ChangeEvent } from '#policies/change/event';
import { answerBy } from '#policies/decide/beginning';
import type { ChangeId, PlanHash } from '#policies/ids';
import type { AnyPlan } from '#policies/own-plan';
import { queryAudit } from '../audit/query.ts';
import type { Authority } from './authority.ts';
import { keepPlan } from './change-rows.ts';
import { beginsAt, judgePlan } from './decisions.ts';
import { asNodeWants } from './factors.ts';
import type { Ledger } from './ledger.ts';

type Planned = { readonly change: Change; readonly plan: AnyPlan; readonly hash: PlanHash };

/** How many plans of this change were stale, at most so many. */
export const staleBefore = ({ db }: Ledger, change: ChangeId, most: number): number =>
  queryAudit(db, { change, kind: 'change.stale', limit: most }).length;

/** What waited for its time and drifted: whoever asked saw another plan than this one, and may not be there now. */
const isUnseen = (ledger: Ledger, { id, runAt }: Change): boolean =>
  runAt !== null && staleBefore(ledger, id, 1) > 0;

/** Keeps a plan of what was asked for, and asks the rules again, now with the risk of what it really does: what follows for the change. */
export const takePlan = (
  ledger: Ledger,
  authority: Authority,
  { change, plan, hash }: Planned,
): ChangeEvent => {
  keepPlan(ledger, hash, plan);
  const decision = judgePlan(ledger, authority, { change, plan });
  if (decision.verdict === 'refuse') return { type: 'refused', refusal: decision.refusal };
  const granted = asNodeWants(ledger, change.worker, plan.risk, decision);
  const { verdict, needs, voteValidFor, confirm, secondFactor, alone, revert } = granted;
  if (isUnseen(ledger, change) && verdict === 'allow' && !confirm && !secondFactor)
    return { type: 'refused', refusal: { no: 'drifted' } };
  const wanted = { since: ledger.now(), runAt: change.runAt };
  const begins = beginsAt(decision, wanted);
  const until = answerBy(decision, begins, wanted);
  const asked = { plan: hash, needs, voteValidFor, confirm, secondFactor, alone, revert };
  return { type: 'planned', ...asked, until, begins };
};
