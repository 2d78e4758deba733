import { z } from 'zod';
import { executionOf } from '#db/journal/execution';
import { planOf } from '#db/journal/plans';
import { ChangeId } from '#policies/ids';
import type { Plan } from '#policies/plan';
import { readWith } from '#policies/read-with';
import { no, ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import type { NoWayBack, WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { NOTHING_AHEAD } from './later-edits.ts';
import { planUndoSince, SinceParams } from './undo-since.ts';
import { wayBack } from './way-back.ts';
import type { Wish, Worker } from './worker.ts';

const UndoParams = z.object({ of: ChangeId });

const cannot = (why: NoWayBack): Result<never, WorkerRefusal> => no({ no: 'cannot-undo', why });

/** The recorded plan of a change that succeeded here and can be taken back. */
const recorded = ({ journal }: Worker, { params, target }: Wish): Result<Plan, WorkerRefusal> => {
  const { of } = UndoParams.parse(params);
  const execution = executionOf(journal, of);
  const stored = execution && planOf(journal, execution.change);
  if (!execution || !stored || targetKey(stored.plan.target) !== targetKey(target))
    return no({ no: 'no-such-run', change: of });
  if (stored.plan.action === 'change.undo') return cannot('is-an-undo');
  if (execution.outcome?.end !== 'succeeded') return cannot('did-not-succeed');
  return stored.plan.undo.possible ? ok(stored.plan) : cannot(stored.plan.undo.why);
};

/**
 * Plans the way back from a change, or from all that was done to a part of a node since a moment: the inverse of what was
 * recorded, never of what is believed. Refused when anything was edited since. A plan like any other, with a hash, votes and a
 * ticket of its own.
 */
export const planUndo = async (worker: Worker, wish: Wish): Promise<Result<Draft, WorkerRefusal>> => {
  const since = readWith(SinceParams, wish.params);
  if (since.success) return planUndoSince(worker, wish, since.data);
  const found = recorded(worker, wish);
  if (!found.ok) return found;
  const back = await wayBack(worker, found.value, NOTHING_AHEAD);
  if (!back.ok) return back;
  const { effects, basis, probes, blast, risk } = back.value;
  const { node, name } = found.value;
  return ok({
    node,
    name,
    basis: [...basis],
    effects: [...effects],
    probes: [...probes],
    checks: [{ check: 'later-edit', state: 'ok', facts: {} }],
    blast: [...blast],
    risk,
    undo: { possible: false, why: 'is-an-undo' },
  });
};
