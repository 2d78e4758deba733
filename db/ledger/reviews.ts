import type { Change } from '#policies/change/change';
import { mayReview } from '#policies/decide/break-glass';
import { ChangeId, PersonId } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import { targetKey } from '#policies/target';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { immediate } from '../open.ts';
import { markReviewed, type OwedReview, overdueReviews, remindLater, reviewsOwed } from './broken-glass.ts';
import { type Place, placesOf, redrawAll } from './copies.ts';
import type { Ledger } from './ledger.ts';
import { putNotice } from './notices.ts';

type Writing = {
  readonly change: Change;
  readonly person: Person;
  readonly actor: AuditActor;
  readonly text: string;
};

const mayWrite = ({ by, requester, needs }: OwedReview, person: Person): Result<true, Refusal> =>
  mayReview({ by: PersonId.parse(by), requester: PersonId.parse(requester), needs }, person);

/** Somebody else writes what they found about every break of a change that they may review. */
export const writeReview = (ledger: Ledger, writing: Writing): Result<true, Refusal> =>
  immediate(ledger.db, () => {
    const { change, person, actor, text } = writing;
    const owed = reviewsOwed(ledger).filter((one) => one.change === change.id);
    const [first] = owed;
    if (!first) return no({ no: 'nothing-to-review' });
    const mine = owed.filter((one) => mayWrite(one, person).ok);
    if (mine.length === 0) return mayWrite(first, person);
    for (const one of mine) markReviewed(ledger, one, { by: person.id, text });
    const facts = { text, plans: mine.map(({ plan }) => plan), by: mine.map(({ by }) => by) };
    const event = { kind: 'review.written' as const, actor, target: targetKey(change.target) };
    appendAudit(ledger.db, { ...event, change: change.id, facts }, ledger.now());
    const places = placesOf(ledger, change.id);
    putNotice(ledger, { notice: 'review-written', change: change.id }, { places });
    redrawAll(ledger, change.id);
    return ok(true);
  });

/** After the first reminder there is one a day (ms). */
export const REMIND_EVERY = 86_400_000;

/** Reminds people of each review that is overdue, at its time and then once a day. A bot that was away says it once. */
export const remindOfReviews = (ledger: Ledger, watching: readonly Place[]): void => {
  if (overdueReviews(ledger).length === 0) return;
  immediate(ledger.db, () => {
    const now = ledger.now();
    for (const owed of overdueReviews(ledger)) {
      const change = ChangeId.parse(owed.change);
      const missed = Math.floor((now - owed.remindAt) / REMIND_EVERY) + 1;
      remindLater(ledger, owed, owed.remindAt + missed * REMIND_EVERY);
      const places = [...watching, ...placesOf(ledger, change)];
      putNotice(ledger, { notice: 'review-overdue', change }, { places });
      const facts = { by: owed.by, due: owed.due };
      appendAudit(ledger.db, { kind: 'review.reminded', actor: { system: 'ledger' }, change, facts }, now);
    }
  });
};
