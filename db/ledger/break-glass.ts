import type { Change } from '#policies/change/change';
import { namesTarget } from '#policies/change/names-target';
import { fits } from '#policies/change/vote';
import { glassIsLeft, mayBreakGlass, withoutVotes } from '#policies/decide/break-glass';
import type { Granted } from '#policies/decide/decision';
import type { PlanHash } from '#policies/ids';
import type { AnyPlan } from '#policies/own-plan';
import type { Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import type { AuditActor } from '../audit/event.ts';
import { immediate } from '../open.ts';
import type { Authority } from './authority.ts';
import { glassPast, markBroken } from './broken-glass.ts';
import { changeById, planByHash } from './change-rows.ts';
import { apply } from './changes.ts';
import { type Place, placesOf } from './copies.ts';
import { beginsAt, judgeThenAndNow } from './decisions.ts';
import type { Ledger } from './ledger.ts';
import { putNotice } from './notices.ts';
import { startWhenAgreed } from './start.ts';
import { votersOn } from './voters.ts';

type Breaking = {
  readonly change: Change;
  readonly plan: PlanHash;
  readonly person: Person;
  readonly actor: AuditActor;
  /** What was typed as the target's name, and why. */
  readonly typed: string;
  readonly reason: string;
  /** Chats that are told beside those which have the change's card. */
  readonly watching: readonly Place[];
};
type Awaiting = Change & { state: Extract<Change['state'], { state: 'awaiting' }> };
const isAwaiting = (change: Change): change is Awaiting => change.state.state === 'awaiting';

/** The rules' word on it with the facts of now, unless the glass stays whole for this person. */
const judged = (
  ledger: Ledger,
  authority: Authority,
  { change, plan, person }: { readonly change: Awaiting; readonly plan: AnyPlan; readonly person: Person },
): Result<Granted, Refusal> => {
  const decision = judgeThenAndNow(ledger, authority, { change, risk: plan.risk });
  if (decision.verdict === 'refuse') return no(decision.refusal);
  const may = mayBreakGlass(decision.glass, person);
  if (!may.ok) return may;
  if (change.state.needs.length === 0) return no({ no: 'nothing-missing' });
  const left = glassIsLeft(may.value, glassPast(ledger, may.value), ledger.now());
  return left.ok ? ok(decision) : left;
};

/** Everybody who could have said no is told, wherever they can be reached. */
const tellEverybody = (ledger: Ledger, change: Awaiting, { person, watching }: Breaking): void => {
  const places = [...watching, ...placesOf(ledger, change.id)];
  const others = votersOn(ledger, change).filter(
    (one) =>
      !one.disabled &&
      one.id !== person.id &&
      (one.id === change.requester || change.state.needs.some((need) => fits(one, need))),
  );
  const people = others.map(({ id }) => id);
  putNotice(ledger, { notice: 'glass-broken', change: change.id }, { places, people });
};

/**
 * Starts a change without the missing votes. Nothing else is left out: what the rules deny, what is frozen or read-only, and
 * what its node refuses stay a no. The mark on the change, the review that is owed and what people are told are written in
 * the transaction that hands it over.
 */
export const breakGlass = (
  ledger: Ledger,
  authority: Authority,
  breaking: Breaking,
): Result<Change, Refusal> =>
  immediate(ledger.db, () => {
    const { person, typed, reason, plan: hash, actor } = breaking;
    const change = changeById(ledger, breaking.change.id) ?? breaking.change;
    if (!isAwaiting(change))
      return no({ no: 'not-possible', state: change.state.state, event: 'break-glass' });
    const plan = planByHash(ledger, change.state.plan);
    if (!plan || hash !== change.state.plan) return no({ no: 'plan-changed' });
    const decision = judged(ledger, authority, { change, plan, person });
    if (!decision.ok) return decision;
    const { glass } = decision.value;
    if (!namesTarget(typed, change.target, plan.name) || glass === null)
      return no({ no: 'type-target', command: 'break_glass', change: change.no });
    const at = ledger.now();
    const due = at + glass.reviewWithin;
    const begins = beginsAt(withoutVotes(decision.value, glass), { since: at, runAt: null });
    const by = person.id;
    const broken = { type: 'break-glass', by, plan: hash, reason, at, due, begins } as const;
    const moved = apply(ledger, change.id, broken, actor);
    if (!moved.ok) return moved;
    markBroken(ledger, { change: moved.value, by, reason, due, needs: change.state.needs });
    tellEverybody(ledger, change, breaking);
    return startWhenAgreed(ledger, authority, change.id);
  });
