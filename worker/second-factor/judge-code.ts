import { countMiss, type Factor, factorOf, keepAccepted, spendStep } from '#db/journal/factors';
import type { Journal } from '#db/journal/journal';
import { planOf } from '#db/journal/plans';
import type { CodeUse, CodeVerdict } from '#policies/second-factor';
import { stepOfCode } from './totp.ts';

/** A code that fits nothing counts against its person; one that was shown to others by mistake does not. */
const wrong = (journal: Journal, { use, person }: CodeUse): CodeVerdict =>
  use === 'agree' && countMiss(journal, person) ? 'locked' : 'wrong';

const spent = (journal: Journal, use: CodeUse, step: number): CodeVerdict => {
  const { person } = use;
  // Whatever becomes of it, it was sent, and counts for nothing else.
  spendStep(journal, person, step);
  if (use.use === 'spoil') return 'used';
  const { change, plan: hash } = use;
  if (planOf(journal, change)?.hash !== hash) return 'other-plan';
  keepAccepted(journal, { change, hash, person });
  return 'accepted';
};

const judged = (journal: Journal, use: CodeUse, { secret, lastStep, lockedUntil }: Factor): CodeVerdict => {
  if (journal.now() < lockedUntil) return 'locked';
  const step = stepOfCode(secret, use.code, journal.now());
  if (step === null) return wrong(journal, use);
  return step <= lastStep ? 'used' : spent(journal, use, step);
};

/**
 * What this node says to a code; part of the caller's transaction. A step is used once, and with it all before it. Somebody
 * who is not enrolled is told so whatever they send, and nothing is counted.
 */
export const judgeCode = (journal: Journal, use: CodeUse): CodeVerdict => {
  const factor = factorOf(journal, use.person);
  return factor ? judged(journal, use, factor) : 'not-enrolled';
};
