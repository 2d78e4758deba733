import { z } from 'zod';
import type { ActionName } from '../actions.ts';
import { hasReturn } from '../host-effect.ts';
import type { AnyPlan } from '../own-plan.ts';

/**
 * Who may keep a change, widest first. `requester`: whoever asked, as well as those who may approve it;
 * `anyone_who_may_approve`: only people who fill one of its places, so never whoever asked.
 */
export const KEEPERS = ['requester', 'anyone_who_may_approve'] as const;
/** Reads who may keep a change. */
export const KeepBy = z.enum(KEEPERS);
export type KeepBy = z.infer<typeof KeepBy>;

/** A change is taken back `after` it was seen to be done (ms), unless one of `keepBy` keeps it. */
export const Revert = z.object({ after: z.int().positive(), keepBy: KeepBy });
export type Revert = z.infer<typeof Revert>;

type Maybe = Revert | null;

const narrowness = ({ keepBy }: Revert): number => KEEPERS.indexOf(keepBy);

/** The stronger of both: the shorter time, the narrower circle; none is the weakest. */
export const strongerRevert = (a: Maybe, b: Maybe): Maybe => {
  if (a === null || b === null) return a ?? b;
  return {
    after: Math.min(a.after, b.after),
    keepBy: narrowness(a) >= narrowness(b) ? a.keepBy : b.keepBy,
  };
};

/** Is `a` at least as strong as `b`? */
export const isRevertAsStrong = (a: Maybe, b: Maybe): boolean =>
  b === null || (a !== null && a.after <= b.after && narrowness(a) >= narrowness(b));

type AnyEffect = AnyPlan['effects'][number];

const hasWayBack = (effect: AnyEffect): boolean => {
  if (effect.kind === 'api') return effect.inverse !== null;
  if (effect.kind === 'package') return hasReturn(effect);
  if (effect.kind === 'network' || effect.kind === 'changeset') return effect.way === 'there';
  return effect.kind !== 'record' && effect.kind !== 'rules';
};

/** Steps of a plan that nothing takes back, from 0; none where all of it can be. */
export const lastingSteps = ({ effects }: { readonly effects: readonly AnyEffect[] }): readonly number[] =>
  effects.flatMap((effect, step) => (hasWayBack(effect) ? [] : [step]));

/** What no plan can take back, whatever it finds: it is gone, or happened once. Of all else the plan says. */
export const NEVER_TAKEN_BACK: readonly ActionName[] = [
  'guest.reboot',
  'snapshot.delete',
  'snapshot.rollback',
  'backup.create',
  'disk.grow',
  'guest.destroy',
  'node.service-restart',
  'node.reboot',
  'rules.change',
];
