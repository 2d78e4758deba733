import type { ArgumentName } from './actions.ts';
import type { Zone } from './calendar/zone.ts';
import type { ChangeEvent } from './change/event.ts';
import type { StateName } from './change/state.ts';
import type { Need } from './change/vote.ts';
import type { DecisionRefusal } from './decide/refusal.ts';
import type { PersonId } from './ids.ts';
import type { OwnRefusal } from './own-refusal.ts';
import type { Role } from './person.ts';
import type { CapName } from './rules/caps.ts';
import type { CodeVerdict } from './second-factor.ts';
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
  | {
      readonly no: 'type-target';
      readonly command: 'approve' | 'confirm' | 'break_glass';
      readonly change: number;
    }
  /** Whoever agrees proves it with a code, typed in private. */
  | { readonly no: 'second-factor'; readonly change: number }
  /** The node has no second factor of this person. */
  | { readonly no: 'not-enrolled'; readonly person: PersonId; readonly worker: string }
  /** Nothing waits for a code of this person: they have not pressed the button of the plan as it is now. */
  | { readonly no: 'no-code-asked'; readonly change: number }
  /** A code that others could read. */
  | { readonly no: 'code-not-private' }
  /** The worker looked at the code and says no, or says nothing. */
  | { readonly no: 'code'; readonly verdict: Exclude<CodeVerdict, 'accepted'> | 'no-answer' }
  /** Only whoever asked confirms, and only where nobody else has to agree. */
  | { readonly no: 'nothing-to-confirm' };

/** Why somebody may not keep a change, or have it taken back. */
export type KeepRefusal =
  | { readonly no: 'person-disabled' }
  /** Whoever asked for it does not keep it where the rules want somebody else to. */
  | { readonly no: 'own-change' }
  | { readonly no: 'not-a-keeper'; readonly role: Role; readonly needs: readonly Need[] };
/** Why the glass is not broken, or a break of it not reviewed, by this person now. */
export type GlassRefusal =
  | VoteRefusal
  | DecisionRefusal
  | { readonly no: 'no-break-glass' }
  /** Nobody's vote is missing. */
  | { readonly no: 'nothing-missing' }
  /** It was broken so often; again from `until` (ms). */
  | { readonly no: 'glass-spent'; readonly count: number; readonly until: number }
  | { readonly no: 'reviews-owed'; readonly owed: number }
  | { readonly no: 'own-glass' }
  | { readonly no: 'nothing-to-review' };

/** Why an event has no place in a change's life right now. */
export type StateRefusal =
  | { readonly no: 'not-possible'; readonly state: StateName; readonly event: ChangeEvent['type'] }
  | { readonly no: 'plan-changed' }
  /** Somebody said already whether it stays. */
  | {
      readonly no: 'already-chosen';
      readonly choice: 'keep' | 'revert';
      readonly by: PersonId;
      readonly at: number;
    }
  /** Nobody kept it in time: it is being taken back. */
  | { readonly no: 'too-late-to-choose' }
  | { readonly no: 'too-early' }
  | { readonly no: 'expired' };

/** What should have been typed instead: what the catalogue says of an argument, or one of a few other things. */
export type Expectation =
  | ArgumentName
  | 'settings'
  | 'reason'
  | 'text'
  | 'for'
  | 'at'
  | 'site'
  | 'site-mode'
  | 'pair'
  | 'once'
  | 'known'
  | 'record'
  | 'end'
  | 'person'
  | 'people'
  | 'apply'
  | 'code'
  | 'language'
  | 'subsystem'
  | 'since'
  | 'backups';

/** Nobody could ever turn the switch back: the rules let nobody change them. `why` they do not. */
type NoWayBack = { readonly no: 'no-way-back'; readonly why: DecisionRefusal };

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
  | { readonly no: 'no-such-change'; readonly text: string }
  | { readonly no: 'no-such-site'; readonly text: string; readonly sites: readonly string[] };

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

/** Why it cannot be asked for at that time (`at`, ms): it is over, or further away than `most` (ms). */
export type TimeRefusal =
  | { readonly no: 'at-past'; readonly at: number; readonly zone: Zone }
  | { readonly no: 'at-too-far'; readonly at: number; readonly zone: Zone; readonly most: number };

/** Why nothing more may be asked for just now: `most` of what the cap bounds. */
export type CapRefusal = { readonly no: 'capped'; readonly cap: CapName; readonly most: number };

/** Why it cannot be done now although it was asked rightly. */
export type SituationRefusal =
  | { readonly no: 'inventory-unknown' }
  | { readonly no: 'no-worker'; readonly target: string }
  /** Somebody else asked for exactly this, and it has not begun. */
  | { readonly no: 'already-asked'; readonly change: number }
  | { readonly no: 'target-busy'; readonly target: string; readonly change: number }
  | { readonly no: 'plan-not-shown' }
  /** Whoever reads the chat where it was asked for may not see what it is about. */
  | { readonly no: 'not-in-this-chat'; readonly target: string }
  /** Whoever asked for a change does not say how it ended while another admin can. */
  | { readonly no: 'own-end' }
  /** Its worker may still begin it; `until` in ms. */
  | { readonly no: 'may-still-begin'; readonly until: number };

/** Every "no" that a person can be given. Facts only: bot/cards/refusal.ts puts the words on them. */
export type Refusal =
  | VoteRefusal
  | ConfirmRefusal
  | KeepRefusal
  | GlassRefusal
  | DecisionRefusal
  | StateRefusal
  | LineRefusal
  | IdentityRefusal
  | TimeRefusal
  | CapRefusal
  | SituationRefusal
  | OwnRefusal
  | NoWayBack
  | { readonly no: 'worker'; readonly refusal: WorkerRefusal };
