import { z } from 'zod';
import { ChangeId, PersonId, PlanHash } from './ids.ts';
import { Risk } from './risk.ts';

/** A one-time code as RFC 6238 has it with its usual parameters: SHA-1, six digits, a step of 30 seconds. */
export const Code = z.string().regex(/^\d{6}$/);

const about = { worker: z.string(), person: PersonId, code: Code, expires: z.int() };

/**
 * What a code is for, signed by the bot like a ticket, so that whoever reads the queue cannot turn it to another plan. `agree`:
 * the person agrees to exactly this plan; `nonce` names the answer. `spoil`: others could read it, so it shall count for
 * nothing. Worth nothing from `expires` on (ms).
 */
export const CodeUse = z.discriminatedUnion('use', [
  z.object({
    use: z.literal('agree'),
    ...about,
    change: ChangeId,
    plan: PlanHash,
    nonce: z.string(),
  }),
  z.object({ use: z.literal('spoil'), ...about }),
]);
export type CodeUse = z.infer<typeof CodeUse>;

/**
 * What the worker says to a code. `used`: it, or a later one, was taken before. `locked`: too many wrong ones came. `other-plan`:
 * the worker holds another plan of the change, or none.
 */
export const CodeVerdict = z.enum(['accepted', 'wrong', 'used', 'locked', 'not-enrolled', 'other-plan']);
export type CodeVerdict = z.infer<typeof CodeVerdict>;

/** Who has a second factor on a node, and at which risks the node itself wants one. */
export const Factors = z.object({ enrolled: z.array(PersonId), risks: z.array(Risk) });
export type Factors = z.infer<typeof Factors>;
