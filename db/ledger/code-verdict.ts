import type { Change } from '#policies/change/change';
import { PersonId, PlanHash } from '#policies/ids';
import type { Refusal } from '#policies/refusal';
import type { Report } from '#policies/report';
import { targetKey } from '#policies/target';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import type { Authority } from './authority.ts';
import { changeById } from './change-rows.ts';
import { answerCode, type SentCode, sentCode } from './codes.ts';
import type { Ledger } from './ledger.ts';
import { personById } from './people.ts';
import { castVote, confirmAlone } from './votes.ts';

type Answer = { readonly from: string; readonly report: Extract<Report, { report: 'code' }> };

const isAnswerTo = (
  sent: SentCode | undefined,
  { change, plan, person }: Answer['report'],
): sent is SentCode =>
  sent?.answeredAt === null && sent.change === change && sent.plan === plan && sent.person === person;

/** The vote that a code was typed for, as if the button were pressed now: everything is read anew. Null where it counts. */
const agree = (ledger: Ledger, authority: Authority, change: Change, sent: SentCode): Refusal | null => {
  const person = personById(ledger, PersonId.parse(sent.person));
  if (!person || person.disabled) return { no: 'person-disabled' };
  // Written by sendCode from an AuditActor.
  const actor = JSON.parse(sent.actor) as AuditActor;
  const { typed } = sent;
  const agreement = { change, person, plan: PlanHash.parse(sent.plan), actor, typed, proved: true } as const;
  const { state } = change;
  const nobody = state.state === 'awaiting' && state.needs.length === 0;
  const moved = (nobody ? confirmAlone : castVote)(ledger, authority, agreement);
  return moved.ok ? null : moved.error;
};

/**
 * What the worker says to a code that was sent to it: the vote is counted now, or it is put down why not. False where it answers
 * nothing: it is not from the worker that holds the plan, or no code of that person for that plan is waiting.
 */
export const takeVerdict = (ledger: Ledger, authority: Authority, { from, report }: Answer): boolean => {
  const { nonce, verdict, person, plan } = report;
  const sent = sentCode(ledger, nonce);
  const change = changeById(ledger, report.change);
  if (!isAnswerTo(sent, report) || change?.worker !== from) return false;
  const refusal: Refusal | null =
    verdict === 'accepted' ? agree(ledger, authority, change, sent) : { no: 'code', verdict };
  answerCode(ledger, nonce, refusal);
  const facts = { person, plan, verdict, counted: refusal === null, ...(refusal ? { why: refusal.no } : {}) };
  const about = { actor: { worker: from }, target: targetKey(change.target), change: change.id };
  appendAudit(ledger.db, { kind: 'code.answered', ...about, facts }, ledger.now());
  return true;
};
