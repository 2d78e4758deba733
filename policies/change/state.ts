import { z } from 'zod';
import { DecisionRefusal } from '../decide/refusal.ts';
import { PersonId, PlanHash } from '../ids.ts';
import { Lost, Outcome } from '../outcome.ts';
import { OwnRefusal } from '../own-refusal.ts';
import { Seen } from '../probe.ts';
import { WorkerRefusal } from '../worker-refusal.ts';
import { KeepBy, Revert } from './revert.ts';
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
  revert: Revert.nullable().default(null),
};

/** Who may keep what was done: the rules' word, and the places that whoever may approve it fills. */
const Keeping = z.object({ keepBy: KeepBy, needs: z.array(Need) });
export type Keeping = z.infer<typeof Keeping>;

/** What began. `keeping`: it is taken back unless one of them keeps it; null = it stays. */
const begun = { ...agreed, keeping: Keeping.nullable().default(null) };

/** What somebody said of what waits to be kept; its worker decides whether it came in time. */
const Chosen = z.object({ choice: z.enum(['keep', 'revert']), by: PersonId, at });
export type Chosen = z.infer<typeof Chosen>;

/**
 * How it ended. `chosen`: what somebody had said of it while it waited to be kept; `began`: when it had begun, where it ran to its
 * end without waiting for anybody.
 */
const ended = { ...agreed, outcome: Outcome, chosen: Chosen.exactOptional(), began: at.exactOptional() };

/** Where a change stands. Times in ms. What is true in one state only is a field of that state only. */
export const State = z.discriminatedUnion('state', [
  z.object({ state: z.literal('planning'), until: at }),
  z.object({ state: z.literal('awaiting'), ...asked, until: at }),
  z.object({ state: z.literal('approved'), ...asked, ...begins }),
  z.object({ state: z.literal('running'), ...begun, step: z.int(), upid: z.string().nullable(), since: at }),
  /** Done and seen to be so (`seen`); taken back at `until` unless it is kept. */
  z.object({
    state: z.literal('confirming'),
    ...agreed,
    keeping: Keeping,
    seen: z.array(Seen),
    until: at,
    chosen: Chosen.nullable(),
  }),
  z.object({ state: z.literal('unknown'), ...begun, why: Lost, since: at }),
  z.object({ state: z.literal('succeeded'), ...ended }),
  z.object({ state: z.literal('reverted'), ...ended }),
  z.object({ state: z.literal('failed'), ...ended }),
  z.object({ state: z.literal('denied'), ...agreed, by: PersonId }),
  /**
   * `disabled`: nobody took it back; access was taken from the person who had asked. `next`: the number of the change by which the
   * same person asked for it anew.
   */
  z.object({
    state: z.literal('withdrawn'),
    by: PersonId,
    disabled: z.literal(true).optional(),
    next: z.int().optional(),
  }),
  /** `asked`: what people had been asked to agree to, and who had; a change without a plan has none. */
  z.object({
    state: z.literal('expired'),
    was: z.enum(['planning', 'awaiting', 'approved']),
    asked: z.object({ ...agreed, needs: z.array(Need) }).exactOptional(),
  }),
  z.object({ state: z.literal('refused'), refusal: z.union([WorkerRefusal, OwnRefusal, DecisionRefusal]) }),
]);
export type State = z.infer<typeof State>;

/** Name of a state. */
export type StateName = State['state'];
