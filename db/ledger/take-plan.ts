import type { Change } from '#policies/change/change';
import type { ChangeEvent } from '#policies/change/event';
import type { PlanHash } from '#policies/ids';
import type { AnyPlan } from '#policies/own-plan';
import type { Authority } from './authority.ts';
import { keepPlan } from './change-rows.ts';
import { beginsAt, judgeThenAndNow } from './decisions.ts';
import type { Ledger } from './ledger.ts';

type Planned = { readonly change: Change; readonly plan: AnyPlan; readonly hash: PlanHash };

/** Keeps a plan of what was asked for, and asks the rules again, now with the risk of what it really does: what follows for the change. */
export const takePlan = (
  ledger: Ledger,
  authority: Authority,
  { change, plan, hash }: Planned,
): ChangeEvent => {
  keepPlan(ledger, hash, plan);
  const decision = judgeThenAndNow(ledger, authority, { change, risk: plan.risk });
  if (decision.verdict === 'refuse') return { type: 'refused', refusal: decision.refusal };
  const { needs, voteValidFor, confirm, alone, expires } = decision;
  const now = ledger.now();
  const asked = { plan: hash, needs, voteValidFor, confirm, alone };
  return { type: 'planned', ...asked, until: now + expires, begins: beginsAt(decision, now) };
};
