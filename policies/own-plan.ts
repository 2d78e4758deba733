import { z } from 'zod';
import { ActionName, isOwnAction } from './actions.ts';
import { Check } from './check.ts';
import { SettingDiff } from './effect.ts';
import { ChangeId } from './ids.ts';
import { Json } from './json.ts';
import { Basis, Blast, Plan, Undo } from './plan.ts';
import type { RulesEffect } from './review/rules-effect.ts';
import { Risk } from './risk.ts';
import { OwnTarget } from './target.ts';

/** What a change of Quorate itself does. `record`: what the ledger says of something, before and after. */
export const OwnEffect = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('record'), of: z.string(), diff: z.array(SettingDiff) }),
  /** Other rules come into force, each by its digest. `effect` is made here from the two and kept by nobody else. */
  z.object({
    kind: z.literal('rules'),
    before: z.string(),
    after: z.string(),
    effect: z.custom<RulesEffect>(),
  }),
]);
export type OwnEffect = z.infer<typeof OwnEffect>;

/**
 * The plan of a change that Quorate carries out by itself: no worker and no node has a part in it. Hashed, shown and agreed to
 * like the plan of a worker. `madeAt` in ms since the epoch.
 */
export const OwnPlan = z.object({
  change: ChangeId,
  action: ActionName.refine(isOwnAction),
  target: OwnTarget,
  params: z.record(z.string(), Json),
  name: z.string(),
  basis: z.array(Basis),
  effects: z.array(OwnEffect),
  checks: z.array(Check),
  blast: z.array(Blast),
  risk: Risk,
  undo: Undo,
  madeAt: z.int(),
});
export type OwnPlan = z.infer<typeof OwnPlan>;

/** The plan of any change: a worker's, or Quorate's own. No text is both: only a worker's names a node. */
export const AnyPlan = z.union([Plan, OwnPlan]);
export type AnyPlan = z.infer<typeof AnyPlan>;

/** Is it a plan that Quorate carries out by itself? */
export const isOwnPlan = (plan: AnyPlan): plan is OwnPlan => !('node' in plan);
