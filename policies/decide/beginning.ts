import { commonOpening } from '../calendar/common-opening.ts';
import type { Begins } from '../change/state.ts';
import type { Terms } from './decision.ts';
import type { DecisionRefusal } from './refusal.ts';

/** What is wanted at a set time begins no later than so long after it (ms): nobody expects it then any more. */
export const GRACE = 15 * 60_000;

/** When somebody agreed last, and the set time it is wanted at, if any (ms). */
export type Wanted = { readonly since: number; readonly runAt: number | null };

/**
 * When something may begin: after its rest, not before its time, while all its windows are open, and for as long as a plan
 * may wait. Null where the windows are never open together, or not within the grace of its time.
 */
export const beginning = (
  { cooldown, windows, expires }: Pick<Terms, 'cooldown' | 'windows' | 'expires'>,
  { since, runAt }: Wanted,
): Begins | null => {
  const due = Math.max(since + cooldown, runAt ?? since);
  const opening = commonOpening(windows, due);
  if (opening === null) return null;
  const from = Math.max(due, opening.from);
  const until = Math.min(runAt === null ? from + expires : runAt + GRACE, opening.until);
  return from < until ? { since, from, until } : null;
};

/** Until when people may agree (ms): for as long as the rules say, and early enough for a set time. */
export const answerBy = (
  { cooldown, expires }: Terms,
  { since, until }: Begins,
  { runAt }: Wanted,
): number => (runAt === null ? since + expires : Math.min(since + expires, until - cooldown));

/** Why something can never begin as it is wanted, whoever agrees from `now` (ms) on; null where it can. */
export const cannotBegin = (terms: Terms, wanted: Wanted, now: number): DecisionRefusal | null => {
  const { windows, cooldown, expires, voteValidFor, needs } = terms;
  const { runAt } = wanted;
  const names = windows.map(({ name }) => name);
  if (runAt === null) return beginning(terms, wanted) ? null : { no: 'never-opens', windows: names };
  const opening = commonOpening(windows, runAt);
  if (opening === null) return { no: 'never-opens', windows: names };
  if (opening.from >= runAt + GRACE)
    return { no: 'closed-then', at: runAt, windows: names, opens: opening.from };
  if (!beginning(terms, wanted)) return { no: 'rests-beyond', at: runAt, cooldown };
  return needs.length > 0 && now + expires + voteValidFor <= runAt
    ? { no: 'votes-too-old', at: runAt, holds: voteValidFor }
    : null;
};

/** Until when something may begin that may begin now, and when all of it must be over, if a window says so (ms). */
export type Leave = { readonly until: number; readonly finishBy: number | null };

/** The leave to begin now what was agreed to, at `agreed.since`; null while there is none. */
export const leaveToBegin = (
  terms: Terms,
  agreed: Begins,
  { runAt, now }: { readonly runAt: number | null; readonly now: number },
): Leave | null => {
  const begins = beginning(terms, { since: agreed.since, runAt });
  const opening = commonOpening(terms.windows, now);
  if (begins === null || opening === null || now < Math.max(begins.from, opening.from)) return null;
  return { until: Math.min(agreed.until, opening.until), finishBy: opening.finishBy };
};
