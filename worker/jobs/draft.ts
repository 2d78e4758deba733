import { no, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { planUndo } from './undo.ts';
import type { Wish, Worker } from './worker.ts';

/**
 * What would be done for a wish, found by reading alone. Without an actor token the worker only reads, and that goes for
 * its own host too.
 */
export const draft = async (worker: Worker, wish: Wish): Promise<Result<Draft, WorkerRefusal>> => {
  if (!worker.canAct) return no({ no: 'no-actor-token' });
  return wish.action === 'change.undo' ? planUndo(worker, wish) : worker.eyes.planAction(wish);
};
