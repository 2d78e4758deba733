import type { DecisionRefusal } from '../decide/refusal.ts';
import type { PersonId, PlanHash } from '../ids.ts';
import type { Lost, Outcome } from '../outcome.ts';
import type { OwnRefusal } from '../own-refusal.ts';
import type { Seen } from '../probe.ts';
import type { WorkerRefusal } from '../worker-refusal.ts';
import type { Revert } from './revert.ts';
import type { Begins, Chosen, Keeping } from './state.ts';
import type { Need, Vote } from './vote.ts';

/** What can happen to a change. `at` in ms: the moment it was taken up, read from the clock by the caller. */
export type ChangeEvent =
  /**
   * The worker made a plan and the rules said who must agree, until when, and when it begins where nobody has to: `needs` is
   * empty and the requester need neither confirm nor prove who they are.
   */
  | {
      readonly type: 'planned';
      readonly plan: PlanHash;
      readonly needs: readonly Need[];
      readonly voteValidFor: number;
      readonly confirm: boolean;
      readonly secondFactor: boolean;
      readonly alone: boolean;
      readonly revert: Revert | null;
      readonly until: number;
      readonly begins: Begins;
    }
  | { readonly type: 'refused'; readonly refusal: WorkerRefusal | OwnRefusal | DecisionRefusal }
  /** `begins`: when it may begin, where with this vote every slot has its person (policies/change/vote countVotes). */
  | { readonly type: 'vote'; readonly vote: Vote; readonly begins: Begins | null }
  /** The requester typed the target's name, or their code was accepted, where nobody else has to agree. */
  | {
      readonly type: 'confirm';
      readonly by: PersonId;
      readonly plan: PlanHash;
      readonly at: number;
      readonly begins: Begins;
    }
  /** Somebody whom the rules name starts it without the missing votes; a review is owed until `due`. */
  | {
      readonly type: 'break-glass';
      readonly by: PersonId;
      readonly plan: PlanHash;
      readonly reason: string;
      readonly at: number;
      readonly due: number;
      readonly begins: Begins;
    }
  | { readonly type: 'deny'; readonly by: PersonId; readonly plan: PlanHash; readonly at: number }
  | { readonly type: 'withdraw'; readonly by: PersonId }
  /** The same person asked for it anew: change number `next` takes its place. */
  | { readonly type: 'supersede'; readonly by: PersonId; readonly next: number }
  /** Access was taken from the person who had asked. */
  | { readonly type: 'orphan'; readonly of: PersonId }
  /** Access was taken from a person: their vote goes. `filled`: every slot has its person without it. */
  | { readonly type: 'void'; readonly person: PersonId; readonly filled: boolean }
  /** Plan again, by wish or because the votes no longer hold; `until` is when planning gives up. */
  | { readonly type: 'replan'; readonly until: number }
  /** The host is not as the plan saw it; back to planning, the votes are void. */
  | { readonly type: 'stale'; readonly plan: PlanHash; readonly until: number }
  /** The ticket goes out with this event: from here on only the worker knows what happens. */
  | {
      readonly type: 'start';
      readonly plan: PlanHash;
      readonly at: number;
      readonly keeping: Keeping | null;
    }
  | { readonly type: 'progress'; readonly step: number; readonly upid: string | null }
  | { readonly type: 'lose'; readonly why: Lost; readonly at: number }
  /** It was done and seen to be so: its worker takes it back at `until` unless somebody keeps it. */
  | { readonly type: 'verified'; readonly seen: readonly Seen[]; readonly until: number }
  /** A person keeps it, or wants it taken back now, and the worker is told; how it ends is the worker's to say. */
  | { readonly type: 'choose'; readonly plan: PlanHash; readonly chosen: Chosen }
  | { readonly type: 'finish'; readonly outcome: Outcome }
  | { readonly type: 'tick'; readonly at: number };
