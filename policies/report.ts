import { z } from 'zod';
import { ChangeId, NodeName, PersonId, PlanHash, SiteId } from './ids.ts';
import { Inventory } from './inventory.ts';
import { Lost, Outcome } from './outcome.ts';
import { Basis, Plan } from './plan.ts';
import { Seen } from './probe.ts';
import { Standings } from './recipes/standing.ts';
import { CodeVerdict, Factors } from './second-factor.ts';
import { WorkerRefusal } from './worker-refusal.ts';

/** Length and head of the worker's own audit chain, quoted in the bot's. */
export const ChainHead = z.object({ seq: z.int(), hash: z.string() });
export type ChainHead = z.infer<typeof ChainHead>;

/** One thing the plan relied on that is no longer so; `now` is null where it is gone. */
export const Drift = z.object({ of: Basis.shape.of, planned: z.string(), now: z.string().nullable() });
export type Drift = z.infer<typeof Drift>;

/** What a worker tells the bot. */
export const Report = z.discriminatedUnion('report', [
  z.object({
    report: z.literal('hello'),
    site: SiteId,
    node: NodeName,
    address: z.string(),
    simulated: z.boolean(),
    canAct: z.boolean(),
    recipes: z.array(z.string()),
  }),
  z.object({ report: z.literal('planned'), change: ChangeId, plan: Plan, hash: PlanHash }),
  z.object({ report: z.literal('refused'), change: ChangeId, refusal: WorkerRefusal }),
  z.object({ report: z.literal('stale'), change: ChangeId, hash: PlanHash, drift: z.array(Drift) }),
  z.object({ report: z.literal('progress'), change: ChangeId, step: z.int(), upid: z.string().nullable() }),
  /** It was done and seen to be so; it is taken back at `until` (ms) unless somebody keeps it. */
  z.object({
    report: z.literal('verified'),
    change: ChangeId,
    seen: z.array(Seen),
    until: z.int(),
    head: ChainHead,
  }),
  z.object({ report: z.literal('finished'), change: ChangeId, outcome: Outcome, head: ChainHead }),
  z.object({ report: z.literal('lost'), change: ChangeId, why: Lost, head: ChainHead }),
  z.object({ report: z.literal('inventory'), inventory: Inventory }),
  z.object({ report: z.literal('factors'), factors: Factors }),
  z.object({ report: z.literal('recipes'), ...Standings.shape }),
  z.object({
    report: z.literal('code'),
    change: ChangeId,
    plan: PlanHash,
    person: PersonId,
    nonce: z.string(),
    verdict: CodeVerdict,
  }),
]);
export type Report = z.infer<typeof Report>;

/** A report on its way between two processes: the text as the worker signed it, the signature and its public key in base64. */
export const SealedReport = z.object({ text: z.string(), signature: z.string(), key: z.string() });
export type SealedReport = z.infer<typeof SealedReport>;
