import { isOwnAction } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { no } from '#policies/result';
import { aboutChange } from './about-change.ts';
import { propose } from './ask.ts';
import type { Answer, Asking, Command } from './command.ts';
import { takeReason } from './reason.ts';

/** Asks for the inverse of a change: a change like any other, planned by the worker that did the first. */
export const undo = (asking: Asking, change: Change, reason: string | null): Answer => {
  if (change.state.state !== 'succeeded')
    return no({ no: 'worker', refusal: { no: 'cannot-undo', why: 'did-not-succeed' } });
  if (isOwnAction(change.action))
    return no({ no: 'worker', refusal: { no: 'cannot-undo', why: 'quorate-itself' } });
  const params = { of: change.id, no: change.no };
  const { target, worker } = change;
  const wish = {
    action: 'change.undo',
    target,
    node: null,
    params,
    undoes: change.id,
    worker,
    reason,
  } as const;
  return propose(asking, wish);
};

/** `/undo 42` */
export const undoCommand: Command = {
  name: 'undo',
  usage: 'undo CHANGE [reason="…"]',
  who: 'operator',
  scoped: true,
  run: aboutChange('undo', (asking, change, rest) => {
    const { reason } = takeReason('undo', rest);
    return reason.ok ? undo(asking, change, reason.value) : reason;
  }),
};
