import { z } from 'zod';
import { ActionName } from './actions.ts';
import { ChangeId } from './ids.ts';
import { Json } from './json.ts';
import { Target } from './target.ts';
import { SignedTicket } from './ticket.ts';

/** What the bot asks of a worker. A worker believes only the signed ticket; the rest is a wish to look at something. */
export const Job = z.discriminatedUnion('job', [
  z.object({
    job: z.literal('plan'),
    change: ChangeId,
    action: ActionName,
    target: Target,
    params: z.record(z.string(), Json),
  }),
  z.object({ job: z.literal('run'), change: ChangeId, ticket: SignedTicket }),
  /** The change ended without running: the stored plan may go. */
  z.object({ job: z.literal('drop'), change: ChangeId }),
  /** Look once more at a change whose outcome is unknown. */
  z.object({ job: z.literal('reconcile'), change: ChangeId }),
  /** A person said how it ended: `verdict` is a signed Verdict. */
  z.object({ job: z.literal('settle'), change: ChangeId, verdict: SignedTicket }),
  /** A person keeps what was done, or wants it taken back now: `choice` is a signed Choice. */
  z.object({ job: z.literal('choose'), change: ChangeId, choice: SignedTicket }),
  /** Read the inventory now. */
  z.object({ job: z.literal('refresh') }),
  /** Look how the recipes stand on the host. */
  z.object({ job: z.literal('survey') }),
]);
export type Job = z.infer<typeof Job>;

/** A message that is dealt with as it comes in and kept nowhere: `sealed` is a signed CodeUse. */
export const CodeJob = z.object({ job: z.literal('code'), sealed: SignedTicket });
export type CodeJob = z.infer<typeof CodeJob>;
