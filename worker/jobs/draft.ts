import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { otherSite } from '../guard/here.ts';
import { withAwaited } from './awaits-reboot.ts';
import { planUndo } from './undo.ts';
import type { Wish, Worker } from './worker.ts';

/**
 * What is asked for as it would be planned now, from an action, a recipe or the record of an earlier change. Without an actor
 * token the worker only reads, and that goes for its own host too.
 */
export const draftOf = async (worker: Worker, wish: Wish): Promise<Result<Draft, WorkerRefusal>> => {
  if (!worker.canAct) return no({ no: 'no-actor-token' });
  const refusal = otherSite(worker.guard.here, wish.target);
  if (refusal) return no(refusal);
  if (wish.action === 'change.undo') return planUndo(worker, wish);
  const draft = await worker.eyes.planAction(wish);
  return draft.ok && wish.action === 'node.reboot' ? ok(withAwaited(worker, wish, draft.value)) : draft;
};
