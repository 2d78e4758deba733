import type { ZonedWindow } from '../calendar/common-opening.ts';
import type { Revert } from '../change/revert.ts';
import type { Need } from '../change/vote.ts';
import type { GlassTerms } from './glass-terms.ts';
import type { DecisionRefusal } from './refusal.ts';

/**
 * What a request is bound to. `needs`: who must agree besides the requester. `expires`: how long it waits for them,
 * `voteValidFor`: how long a vote holds, `cooldown`: how long it rests after the last vote before it may begin (ms).
 * `reason`: the requester says why. `confirm`: whoever agrees types the target's name. `secondFactor`: whoever agrees proves it
 * with a code that the worker of the plan checks. `alone`: nobody else agreed by a rule for sites with one admin. It may begin
 * only while all `windows` are open. `revert`: it is taken back unless somebody keeps it; null = it stays. `glass`: on which terms
 * it may begin without the missing votes, null where it never may.
 */
export type Terms = {
  readonly needs: readonly Need[];
  readonly expires: number;
  readonly voteValidFor: number;
  readonly cooldown: number;
  readonly reason: boolean;
  readonly confirm: boolean;
  readonly secondFactor: boolean;
  readonly alone: boolean;
  readonly windows: readonly ZonedWindow[];
  readonly revert: Revert | null;
  readonly glass: GlassTerms | null;
};

/** What the rules say: no; or on which terms. `allow`: nobody must agree. `rules`: the ids that spoke, for `/why`. */
export type Decision =
  | { readonly verdict: 'refuse'; readonly refusal: DecisionRefusal; readonly rules: readonly string[] }
  | ({ readonly verdict: 'allow' | 'ask'; readonly rules: readonly string[] } & Terms);

/** A decision that is no refusal. */
export type Granted = Extract<Decision, Terms>;

/** How long a plan waits and a vote holds where no rule says (ms). */
export const DEFAULTS = { expires: 30 * 60_000, voteValidFor: 24 * 3_600_000 } as const;

/** A no. */
export const refuse = (refusal: DecisionRefusal, rules: readonly string[] = []): Decision => ({
  verdict: 'refuse',
  refusal,
  rules,
});

/** A yes on these terms. */
export const grant = (terms: Terms, rules: readonly string[]): Granted => ({
  verdict: terms.needs.length === 0 ? 'allow' : 'ask',
  ...terms,
  rules,
});
