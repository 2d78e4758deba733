import { z } from 'zod';
import { Revert } from './change/revert.ts';
import { ChangeId, PersonId, PlanHash } from './ids.ts';
import { Role } from './person.ts';
import { Risk } from './risk.ts';

/**
 * What the bot signs (Ed25519) when enough people agreed; the worker runs nothing without one. `votes` are the people
 * who agreed, one entry a person; with `secondFactor` the worker must have accepted a code of each of them for this plan. It may begin before `expires`,
 * and no step of it after `finishBy`. Times in ms. `revert`: it is taken back unless it is kept. `nonce` is used once, by the
 * worker at this address and no other.
 */
export const Ticket = z.object({
  change: ChangeId,
  worker: z.string(),
  plan: PlanHash,
  requester: PersonId,
  votes: z.array(z.object({ person: PersonId, role: Role, at: z.int() })),
  risk: Risk,
  secondFactor: z.boolean(),
  /** Who broke the glass, so that `votes` are not all the rules ask for; null where they are. */
  glass: PersonId.nullable().default(null),
  rules: z.string(),
  issued: z.int(),
  expires: z.int(),
  finishBy: z.int().nullable(),
  revert: Revert.nullable(),
  nonce: z.string(),
});
export type Ticket = z.infer<typeof Ticket>;

/**
 * How a run ended whose end no worker knows, as a person said who looked: signed like a ticket, because the worker lets go
 * of the target for it. It allows nothing to run, and counts only while the worker does not know itself.
 */
export const Verdict = z.object({
  verdict: z.literal('said'),
  change: ChangeId,
  worker: z.string(),
  end: z.enum(['succeeded', 'failed']),
  by: PersonId,
});
export type Verdict = z.infer<typeof Verdict>;

/**
 * What a person said of a change that is taken back unless it is kept: signed like a ticket. It is about this plan on this
 * worker, which takes one choice and decides by its own clock whether it came in time.
 */
export const Choice = z.object({
  choice: z.enum(['keep', 'revert']),
  change: ChangeId,
  worker: z.string(),
  plan: PlanHash,
  by: PersonId,
});
export type Choice = z.infer<typeof Choice>;

/** A ticket's canonical JSON as it was signed, and the signature in base64. Only `text` is ever trusted. */
export const SignedTicket = z.object({ text: z.string(), signature: z.string() });
export type SignedTicket = z.infer<typeof SignedTicket>;
