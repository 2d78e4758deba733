import { and, asc, eq, gt, isNotNull, isNull, lt, lte, or, sql } from 'drizzle-orm';
import type { Change } from '#policies/change/change';
import type { PersonId, PlanHash } from '#policies/ids';
import type { CodeJob } from '#policies/job';
import type { Person } from '#policies/person';
import type { Refusal } from '#policies/refusal';
import { no, ok, type Result } from '#policies/result';
import type { CodeUse } from '#policies/second-factor';
import { targetKey } from '#policies/target';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import { enqueue } from '../queue/outbox.ts';
import { type Authority, signTicket } from './authority.ts';
import type { Place } from './copies.ts';
import { allFactors, isEnrolled } from './factors.ts';
import { type Ledger, randomText } from './ledger.ts';
import { codesAsked, codesSent } from './schema/workers.ts';

/** How long a code is worth sending (ms). It is right for 90 s at most; the rest is for clocks that differ. */
export const CODE_VALID = 2 * 60_000;

/** How long it is remembered what codes were sent for, and what became of it (ms): a week. */
const KEEP = 7 * 86_400_000;

/** A code on its way, or its answer. The code itself is not in it. */
export type SentCode = typeof codesSent.$inferSelect;

type Agreeing = {
  readonly change: Change;
  readonly person: Person;
  readonly plan: PlanHash;
  readonly typed: string | null;
};

/** Somebody agreed and has to prove it: what they are told, and what their code will be for. */
export const askForCode = (ledger: Ledger, { change, person, plan, typed }: Agreeing): Refusal => {
  if (change.state.state === 'awaiting' && change.state.plan !== plan) return { no: 'plan-changed' };
  if (isEnrolled(ledger, change.worker, person.id) === false)
    return { no: 'not-enrolled', person: person.id, worker: change.worker };
  const row = { change: change.id, person: person.id, plan, typed, at: ledger.now() };
  ledger.db.orm
    .insert(codesAsked)
    .values(row)
    .onConflictDoUpdate({ target: [codesAsked.change, codesAsked.person], set: row })
    .run();
  return { no: 'second-factor', change: change.no };
};

const asked = ({ db }: Ledger, { id, state }: Change, person: PersonId) => {
  const row = db.orm
    .select()
    .from(codesAsked)
    .where(and(eq(codesAsked.change, id), eq(codesAsked.person, person)))
    .get();
  // A new plan asks anew: nobody proves that they agree to what they did not see.
  return row && state.state === 'awaiting' && state.plan === row.plan
    ? { ...row, plan: state.plan }
    : undefined;
};

const sendUse = (ledger: Ledger, authority: Authority, use: CodeUse): void => {
  const body: CodeJob = { job: 'code', sealed: signTicket(authority, use) };
  const letter = { to: use.worker, body, at: ledger.now(), id: randomText(ledger, 26) };
  enqueue(ledger.db, { ...letter, until: use.expires });
};

/** A code that somebody typed for a change, in a private chat. */
export type TypedCode = {
  readonly change: Change;
  readonly person: Person;
  readonly code: string;
  readonly actor: AuditActor;
  readonly place: Place;
};

/** Sends a code to the worker that holds the plan, for exactly the plan whose button was pressed. Its answer comes as a report. */
export const sendCode = (
  ledger: Ledger,
  authority: Authority,
  { change, person, code, actor, place }: TypedCode,
): Result<true, Refusal> =>
  immediate(ledger.db, () => {
    const ask = asked(ledger, change, person.id);
    if (!ask) return no({ no: 'no-code-asked', change: change.no });
    const { plan, typed } = ask;
    const [at, nonce] = [ledger.now(), randomText(ledger, 26)];
    const { id, worker } = change;
    const about = { change: id, person: person.id, plan, nonce };
    sendUse(ledger, authority, { use: 'agree', ...about, worker, code, expires: at + CODE_VALID });
    const { platform, chat } = place;
    const row = { ...about, typed, actor: JSON.stringify(actor), platform, chat, at };
    ledger.db.orm.insert(codesSent).values(row).run();
    const event = { kind: 'code.sent', actor, target: targetKey(change.target), change: id } as const;
    appendAudit(ledger.db, { ...event, facts: { plan, worker } }, at);
    return ok(true);
  });

/** Codes that others could read count for nothing any more, on any node where that person has a second factor. */
export const spoilCodes = (
  ledger: Ledger,
  authority: Authority,
  { person, codes }: { readonly person: PersonId; readonly codes: readonly string[] },
): void => {
  const expires = ledger.now() + CODE_VALID;
  for (const [worker, { enrolled }] of allFactors(ledger)) {
    if (!enrolled.includes(person)) continue;
    for (const code of codes) sendUse(ledger, authority, { use: 'spoil', worker, person, code, expires });
  }
};

/** What a code was sent for, by its nonce. */
export const sentCode = ({ db }: Ledger, nonce: string): SentCode | undefined =>
  db.orm.select().from(codesSent).where(eq(codesSent.nonce, nonce)).get();

/** The worker answered; null = the code counts. */
export const answerCode = ({ db, now }: Ledger, nonce: string, refusal: Refusal | null): void => {
  const answer = { answeredAt: now(), refusal: refusal && JSON.stringify(refusal) };
  db.orm.update(codesSent).set(answer).where(eq(codesSent.nonce, nonce)).run();
};

const silent = once((orm) =>
  orm
    .select()
    .from(codesSent)
    .where(and(isNull(codesSent.answeredAt), lte(codesSent.at, sql.placeholder('before'))))
    .prepare(),
);

/** Codes that no worker answered while they were worth something; an answer that comes later counts for nothing. */
export const giveUpCodes = (ledger: Ledger): void => {
  const { db, now } = ledger;
  for (const { nonce, change, person, plan } of silent(db).all({ before: now() - CODE_VALID }))
    immediate(db, () => {
      answerCode(ledger, nonce, { no: 'code', verdict: 'no-answer' });
      const facts = { person, plan, verdict: 'no-answer', counted: false };
      const event = { kind: 'code.answered', actor: { system: 'ledger' }, change, facts } as const;
      appendAudit(db, event, now());
    });
};

const untold = and(isNotNull(codesSent.answeredAt), isNull(codesSent.toldAt));

const toTell = once((orm) =>
  orm
    .select()
    .from(codesSent)
    .where(and(eq(codesSent.platform, sql.placeholder('platform')), untold))
    .orderBy(asc(codesSent.at))
    .prepare(),
);

/** Answers that nobody was told yet, on one platform, oldest first. */
export const codesToTell = ({ db }: Ledger, platform: string): readonly SentCode[] =>
  toTell(db).all({ platform });

/** They were told. */
export const codeTold = ({ db, now }: Ledger, { nonce }: SentCode): void => {
  db.orm.update(codesSent).set({ toldAt: now() }).where(eq(codesSent.nonce, nonce)).run();
};

/** Is an answer still to come, or to be told? */
export const codesUnderWay = ({ db, now }: Ledger): boolean => {
  const waiting = and(isNull(codesSent.answeredAt), gt(codesSent.at, now() - CODE_VALID));
  const row = db.orm.select({ nonce: codesSent.nonce }).from(codesSent).where(or(waiting, untold)).get();
  return row !== undefined;
};

/** Forgets what codes were sent for long ago. */
export const pruneCodes = ({ db, now }: Ledger): void =>
  immediate(db, () => {
    const before = now() - KEEP;
    db.orm.delete(codesAsked).where(lt(codesAsked.at, before)).run();
    db.orm.delete(codesSent).where(lt(codesSent.at, before)).run();
  });
