import type { ArgumentName } from './actions.ts';
import type { ChangeEvent } from './change/event.ts';
import type { StateName } from './change/state.ts';
import type { Need } from './change/vote.ts';
import type { DecisionRefusal } from './decide/refusal.ts';
import type { OwnRefusal } from './own-refusal.ts';
import type { Role } from './person.ts';
import type { WorkerRefusal } from './worker-refusal.ts';

/** Why a vote does not count. */
export type VoteRefusal =
  | { readonly no: 'person-disabled' }
  | { readonly no: 'own-request' }
  | { readonly no: 'out-of-scope' }
  /** Others decide on what somebody may. */
  | { readonly no: 'about-yourself' }
  | { readonly no: 'fits-no-slot'; readonly role: Role; readonly needs: readonly Need[] }
  | { readonly no: 'already-voted' };

/** Why nobody is counted who could be. */
export type ConfirmRefusal =
  /** Whoever agrees has to type the target's name: `command` is what they type. */
  | { readonly no: 'type-target'; readonly command: 'approve' | 'confirm'; readonly change: number }
  /** Only whoever asked confirms, and only where nobody else has to agree. */
  | { readonly no: 'nothing-to-confirm' };

/** Why an event has no place in a change's life right now. */
export type StateRefusal =
  | { readonly no: 'not-possible'; readonly state: StateName; readonly event: ChangeEvent['type'] }
  | { readonly no: 'plan-changed' }
  | { readonly no: 'too-early' }
  | { readonly no: 'expired' };

/** What should have been typed instead: what the catalogue says of an argument, or one of a few other things. */
export type Expectation =
  | ArgumentName
  | 'settings'
  | 'reason'
  | 'for'
  | 'site'
  | 'pair'
  | 'once'
  | 'known'
  | 'record'
  | 'end'
  | 'person'
  | 'people'
  | 'apply'
  | 'backups';

/** Why a line that somebody typed leads nowhere. */
export type LineRefusal =
  | { readonly no: 'unknown-command'; readonly command: string }
  | { readonly no: 'line-too-long'; readonly length: number; readonly most: number }
  | { readonly no: 'missing-argument'; readonly command: string; readonly argument: string }
  | {
      readonly no: 'bad-argument';
      readonly command: string;
      readonly argument: string;
      readonly expected: Expectation;
    }
  | { readonly no: 'no-such-guest'; readonly text: string }
  | { readonly no: 'ambiguous-guest'; readonly text: string; readonly vmids: readonly number[] }
  | { readonly no: 'no-such-node'; readonly text: string; readonly nodes: readonly string[] }
  | { readonly no: 'no-such-change'; readonly text: string };

/** Why this account, here, may not do it. */
export type IdentityRefusal =
  | { readonly no: 'not-linked' }
  | { readonly no: 'link-code' }
  | { readonly no: 'person-disabled' }
  /** No account asked with this code, nobody said yet whose it is, or that was too long ago. */
  | { readonly no: 'no-link-request' }
  /** The person has an account already, and that one has to confirm another. */
  | { readonly no: 'link-elsewhere'; readonly person: string }
  | { readonly no: 'account-taken' }
  | { readonly no: 'stale-button' }
  | { readonly no: 'private-chat-only' };

/** Why it cannot be done now although it was asked rightly. */
export type SituationRefusal =
  | { readonly no: 'inventory-unknown' }
  | { readonly no: 'no-worker'; readonly target: string }
  | { readonly no: 'target-busy'; readonly target: string; readonly change: number }
  | { readonly no: 'plan-not-shown' }
  /** Whoever asked for a change does not say how it ended while another admin can. */
  | { readonly no: 'own-end' }
  /** Its worker may still begin it; `until` in ms. */
  | { readonly no: 'may-still-begin'; readonly until: number };

/** Every "no" that a person can be given. Facts only: bot/cards/refusal.ts puts the words on them. */
export type Refusal =
  | VoteRefusal
  | ConfirmRefusal
  | DecisionRefusal
  | StateRefusal
  | LineRefusal
  | IdentityRefusal
  | SituationRefusal
  | OwnRefusal
  | { readonly no: 'worker'; readonly refusal: WorkerRefusal };
