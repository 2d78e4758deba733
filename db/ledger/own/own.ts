import { isOwnAction, type OwnAction } from '#policies/actions';
import type { Change } from '#policies/change/change';
import type { OwnPlan } from '#policies/own-plan';
import type { OwnRefusal } from '#policies/own-refusal';
import type { Basis } from '#policies/plan';
import type { Result } from '#policies/result';
import { isOwnTarget, type OwnTarget } from '#policies/target';
import type { AuditActor } from '../../audit/event.ts';
import type { Ledger } from '../ledger.ts';

/** Stands where a change names its worker: the ledger itself. The addresses of workers begin with "node.". */
export const LEDGER = 'ledger';

/** A change of Quorate itself. */
export type OwnChange = Change & { readonly action: OwnAction; readonly target: OwnTarget };

/** Is this a change that no worker has a part in? */
export const isOwnChange = (change: Change): change is OwnChange =>
  isOwnAction(change.action) && isOwnTarget(change.target);

/** What differs from row to row once a change is planned. `risk` may only raise that of the catalogue. */
export type OwnPart = Pick<OwnPlan, 'name' | 'effects'> &
  Partial<Pick<OwnPlan, 'risk' | 'checks' | 'blast' | 'undo'>>;

/**
 * How one row of the catalogue is carried out here. `basis`: everything its plan relies on, as it is now; any difference at the
 * start makes the plan stale. `plan` changes nothing. `perform` does what `plan` said, as part of the caller's transaction.
 */
export type Own = {
  readonly basis: (ledger: Ledger, change: OwnChange) => readonly Basis[];
  readonly plan: (ledger: Ledger, change: OwnChange) => Result<OwnPart, OwnRefusal>;
  readonly perform: (ledger: Ledger, change: OwnChange, actor: AuditActor) => void;
};
