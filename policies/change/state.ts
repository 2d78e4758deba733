import { z } from 'zod';
import { DecisionRefusal } from '../decide/refusal.ts';
import { PersonId, PlanHash } from '../ids.ts';
import { Lost, Outcome } from '../outcome.ts';
import { WorkerRefusal } from '../worker-refusal.ts';
import { Need, Vote } from './vote.ts';

const agreed = { plan: PlanHash, votes: z.array(Vote) };
const at = z.int();

const begins = { since: at, from: at, until: at };
/** When something may begin that the last person agreed to at `since`: from `from` on, and no more at `until` (ms). */
export type Begins = { readonly [T in keyof typeof begins]: number };

/**
 * What people agree to. `from`: when it begins at the earliest; `confirm`: by typing the target's name; `secondFactor`: by a
 * code, which nothing asked for before it was known. `alone`: nobody but the requester has to.
 */
const asked = {
  ...agreed,
  needs: z.array(Need),
  voteValidFor: z.int(),
  confirm: z.boolean(),
  secondFactor: z.boolean().default(false),
  alone: z.boolean(),
  from: at,
};

/** Where a change stands. Times in ms. What is true in one state only is a field of that state only. */
export const State = z.discriminatedUnion('state', [
  z.object({ state: z.literal('planning'), until: at }),
  z.object({ state: z.literal('awaiting'), ...asked, until: at }),
  z.object({ state: z.literal('approved'), ...asked, ...begins }),
  z.object({ state: z.literal('running'), ...agreed, step: z.int(), upid: z.string().nullable(), since: at }),
  z.object({ state: z.literal('confirming'), ...agreed, until: at }),
  z.object({ state: z.literal('unknown'), ...agreed, why: Lost, since: at }),
  z.object({ state: z.literal('succeeded'), ...agreed, outcome: Outcome }),
  z.object({ state: z.literal('reverted'), ...agreed, outcome: Outcome }),
  z.object({ state: z.literal('failed'), ...agreed, outcome: Outcome }),
  z.object({ state: z.literal('denied'), ...agreed, by: PersonId }),
  /** `disabled`: nobody took it back; access was taken from the person who had asked. */
  z.object({ state: z.literal('withdrawn'), by: PersonId, disabled: z.literal(true).optional() }),
  z.object({ state: z.literal('expired'), was: z.enum(['planning', 'awaiting', 'approved']) }),
  z.object({ state: z.literal('refused'), refusal: z.union([WorkerRefusal, DecisionRefusal]) }),
]);
export type State = z.infer<typeof State>;

/** Name of a state. */
export type StateName = State['state'];
