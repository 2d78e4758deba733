import { z } from 'zod';
import { PersonId } from './ids.ts';
import { Seen } from './probe.ts';

/** Why a run did not do what was planned, as the worker saw it. */
export const Failure = z.discriminatedUnion('failure', [
  /** A Proxmox task ended otherwise than OK; `exit` is its exit text, `log` its last lines, `omitted` how many came before. */
  z.object({
    failure: z.literal('task'),
    upid: z.string(),
    exit: z.string(),
    log: z.array(z.string()),
    omitted: z.int().min(1).exactOptional(),
  }),
  /** Proxmox refused the request. */
  z.object({ failure: z.literal('refused'), status: z.int(), message: z.string() }),
  /** Everything was done without an error, but a probe did not see it. */
  z.object({ failure: z.literal('not-seen') }),
  /** A file could not be written or put back. */
  z.object({ failure: z.literal('host'), message: z.string() }),
  /** The worker was stopped or killed before this step; it was not begun again. */
  z.object({ failure: z.literal('interrupted') }),
  /** The rules wanted all of it over by then (ms), and this step had not begun. */
  z.object({ failure: z.literal('out-of-time'), finishBy: z.int() }),
  /** It was done, and until then (ms) nobody kept it. */
  z.object({ failure: z.literal('not-kept'), until: z.int() }),
  /** It was done, and this person wanted it taken back. */
  z.object({ failure: z.literal('called-back'), by: PersonId }),
  /** Nobody knew how it ended; this person looked and said that it failed. */
  z.object({ failure: z.literal('said'), by: PersonId }),
]);
export type Failure = z.infer<typeof Failure>;

/** Steps whose effect is still there, from 0, because taking back ended: `why` it did, null where nothing takes the next one back. */
const Left = z.object({ steps: z.array(z.int()), why: Failure.nullable() });

/** How a run ended. `step` counts from 0 over the plan's effects. */
export const Outcome = z.discriminatedUnion('end', [
  z.object({
    end: z.literal('succeeded'),
    seen: z.array(Seen),
    upids: z.array(z.string()),
    /** Nobody knew how it ended; this person looked and said that it was done. */
    said: PersonId.exactOptional(),
    /** It would have been taken back; this person kept it. */
    kept: PersonId.exactOptional(),
  }),
  z.object({
    end: z.literal('failed'),
    step: z.int(),
    failure: Failure,
    seen: z.array(Seen),
    upids: z.array(z.string()),
    left: Left.exactOptional(),
  }),
  /** It failed, or nobody kept it, and what had been done was taken back, seen by probes. */
  z.object({
    end: z.literal('reverted'),
    step: z.int(),
    failure: Failure,
    seen: z.array(Seen),
    upids: z.array(z.string()),
  }),
]);
export type Outcome = z.infer<typeof Outcome>;

/** Why nobody can say how a run ended. */
export const Lost = z.enum(['answer-lost', 'task-vanished', 'worker-restarted', 'worker-silent']);
export type Lost = z.infer<typeof Lost>;

/** The outcome of what a person said. */
export const outcomeSaid = (end: 'succeeded' | 'failed', by: PersonId): Outcome =>
  end === 'succeeded'
    ? { end, seen: [], upids: [], said: by }
    : { end, step: 0, failure: { failure: 'said', by }, seen: [], upids: [] };
