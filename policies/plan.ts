import { z } from 'zod';
import { ActionName } from './actions.ts';
import { Check } from './check.ts';
import { Effect } from './effect.ts';
import { ChangeId, NodeName } from './ids.ts';
import { Json } from './json.ts';
import { Probe } from './probe.ts';
import { Risk } from './risk.ts';
import { HostTarget } from './target.ts';
import { DoneChange, UndoStop } from './worker-refusal.ts';

/** One thing the plan relies on and its digest when it was read; any difference at the start makes the plan stale. */
export const Basis = z.object({ of: z.string(), value: z.string() });
export type Basis = z.infer<typeof Basis>;

/** What else feels the change, as facts; the words are the bot's. */
export const Blast = z.discriminatedUnion('blast', [
  z.object({ blast: z.literal('guest-stops'), vmid: z.int(), name: z.string() }),
  z.object({ blast: z.literal('guest-interrupted'), vmid: z.int(), name: z.string() }),
  /** `what` names a thing, such as a volume: it reads the same in every language. */
  z.object({ blast: z.literal('data-lost'), what: z.string() }),
  z.object({ blast: z.literal('snapshots-lost'), count: z.int() }),
  z.object({ blast: z.literal('job-place-lost'), job: z.string() }),
  z.object({ blast: z.literal('snapshot-lost'), name: z.string() }),
  z.object({ blast: z.literal('since-snapshot-lost'), name: z.string() }),
  z.object({ blast: z.literal('after-restart'), key: z.string() }),
  /** `what` is a file or a setting of the host that counts from its next start on. */
  z.object({ blast: z.literal('after-reboot'), what: z.string() }),
  z.object({ blast: z.literal('service-interrupted'), node: z.string(), service: z.string() }),
]);
export type Blast = z.infer<typeof Blast>;

/** Whether `/undo` will be possible, and why not where it will not. */
export const Undo = z.discriminatedUnion('possible', [
  z.object({ possible: z.literal(true) }),
  z.object({
    possible: z.literal(false),
    why: z.enum(['data-is-gone', 'cannot-shrink', 'already-happened', 'is-an-undo', 'quorate-itself']),
  }),
]);
export type Undo = z.infer<typeof Undo>;

/**
 * What an undo of several changes takes back, newest first. Where it ends before the last of them: at which one, and which
 * `older` ones are left with it.
 */
export const Undoes = z.object({
  changes: z.array(DoneChange),
  stop: UndoStop.nullable(),
  older: z.array(DoneChange),
});
export type Undoes = z.infer<typeof Undoes>;

/**
 * What a worker proposes, made without touching anything and stored on the node. `effects` are the steps in their
 * order; `probes` what must be seen afterwards. Its hash (see db/canonical) is the one thing people approve.
 * `madeAt` in ms since the epoch.
 */
export const Plan = z.object({
  change: ChangeId,
  action: ActionName,
  target: HostTarget,
  node: NodeName,
  params: z.record(z.string(), Json),
  name: z.string(),
  basis: z.array(Basis),
  effects: z.array(Effect),
  probes: z.array(Probe),
  checks: z.array(Check),
  blast: z.array(Blast),
  risk: Risk,
  undo: Undo,
  undoes: Undoes.exactOptional(),
  madeAt: z.int(),
});
export type Plan = z.infer<typeof Plan>;
