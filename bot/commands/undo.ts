import { isOwnAction } from '#policies/actions';
import type { Change } from '#policies/change/change';
import { no } from '#policies/result';
import { zoneOf } from '#policies/rules/zone-of';
import { aboutChange } from './about-change.ts';
import { propose, type Wish } from './ask.ts';
import type { Answer, Asking, Command } from './command.ts';
import { CHANGE, REASON } from './option.ts';
import { takeReason } from './reason.ts';
import { takeRunAt } from './run-at.ts';
import { undoSubsystem } from './undo-subsystem.ts';

/** Asks for the inverse of a change: a change like any other, planned by the worker that did the first. */
export const undo = (
  asking: Asking,
  change: Change,
  { reason, runAt }: Pick<Wish, 'reason' | 'runAt'>,
): Answer => {
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
    runAt,
  } as const;
  return propose(asking, wish);
};

const undoOne = aboutChange('undo', (asking, change, rest) => {
  const { reason, words } = takeReason('undo', rest);
  if (!reason.ok) return reason;
  const zone = zoneOf(asking.office.authority.rules);
  const { runAt } = takeRunAt('undo', words, { now: asking.now, zone });
  return runAt.ok ? undo(asking, change, { reason: reason.value, runAt: runAt.value }) : runAt;
});

/** `/undo 42`, or `/undo subsystem network on pve1 to yesterday`, which is closed to whoever is bound to some guests. */
export const undoCommand: Command = {
  name: 'undo',
  usage: 'undo CHANGE [reason="…"]',
  options: [CHANGE, REASON],
  who: 'operator',
  scoped: true,
  run: (asking, [first, ...rest]) => {
    if (first !== 'subsystem') return undoOne(asking, first === undefined ? [] : [first, ...rest]);
    return asking.sight.whole ? undoSubsystem(asking, rest) : no({ no: 'out-of-scope' });
  },
};
