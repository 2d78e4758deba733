import { and, asc, count, eq, lte } from 'drizzle-orm';
import { type ChangeId, PersonId, type PlanHash } from '#policies/ids';
import { immediate } from '../open.ts';
import { type Journal, note } from './journal.ts';
import { codeMisses, codesAccepted, factors } from './schema.ts';

/** So many wrong codes of one person within {@link MISSES_WITHIN} lock their factor for {@link LOCKED_FOR}. */
export const MOST_WRONG = 5;
/** (ms) */
export const MISSES_WITHIN = 15 * 60_000;
/** (ms) */
export const LOCKED_FOR = 15 * 60_000;

/** A second factor: its secret (base32), the last step that was used up, and until when it is locked (ms). */
export type Factor = typeof factors.$inferSelect;

/** The second factor of a person, or undefined. */
export const factorOf = ({ db }: Journal, person: PersonId): Factor | undefined =>
  db.orm.select().from(factors).where(eq(factors.person, person)).get();

/** Everybody who has one. */
export const enrolledPeople = ({ db }: Journal): PersonId[] =>
  db.orm
    .select({ person: factors.person })
    .from(factors)
    .orderBy(asc(factors.person))
    .all()
    .map(({ person }) => PersonId.parse(person));

type Enrolment = { readonly person: PersonId; readonly secret: string; readonly step: number };

const BY = { cli: 'factor' } as const;

/** Keeps a new factor that was proved with the code of `step`. False where the person has one already. */
export const enrolFactor = (journal: Journal, { person, secret, step }: Enrolment): boolean =>
  immediate(journal.db, () => {
    if (factorOf(journal, person)) return false;
    const row = { person, secret, lastStep: step, lockedUntil: 0, enrolledAt: journal.now() };
    journal.db.orm.insert(factors).values(row).run();
    note(journal, { kind: 'factor.enrolled', actor: BY, facts: { person } });
    return true;
  });

/** Takes a factor away, and with it all that was agreed to by it and has not begun. False where there is none. */
export const removeFactor = (journal: Journal, person: PersonId): boolean =>
  immediate(journal.db, () => {
    const { orm } = journal.db;
    if (orm.delete(factors).where(eq(factors.person, person)).run().changes === 0) return false;
    orm.delete(codesAccepted).where(eq(codesAccepted.person, person)).run();
    orm.delete(codeMisses).where(eq(codeMisses.person, person)).run();
    note(journal, { kind: 'factor.removed', actor: BY, facts: { person } });
    return true;
  });

/** The code of this step and of all before it is used up. */
export const spendStep = ({ db }: Journal, person: PersonId, step: number): void => {
  db.orm.update(factors).set({ lastStep: step }).where(eq(factors.person, person)).run();
};

/** Counts a wrong code; true where the factor is locked by it. */
export const countMiss = ({ db, now }: Journal, person: PersonId): boolean => {
  const at = now();
  const mine = eq(codeMisses.person, person);
  db.orm
    .delete(codeMisses)
    .where(and(mine, lte(codeMisses.at, at - MISSES_WITHIN)))
    .run();
  db.orm.insert(codeMisses).values({ person, at }).run();
  const recent = db.orm.select({ count: count() }).from(codeMisses).where(mine).get();
  if ((recent?.count ?? 0) < MOST_WRONG) return false;
  db.orm
    .update(factors)
    .set({ lockedUntil: at + LOCKED_FOR })
    .where(eq(factors.person, person))
    .run();
  return true;
};

/** A person, and the plan of a change that they agree to. */
export type Agreed = { readonly change: ChangeId; readonly hash: PlanHash; readonly person: PersonId };

/** Remembers that a code of this person was accepted for exactly this plan. */
export const keepAccepted = ({ db, now }: Journal, agreed: Agreed): void => {
  db.orm
    .insert(codesAccepted)
    .values({ ...agreed, at: now() })
    .onConflictDoNothing()
    .run();
};

/** Was a code of this person accepted for exactly this plan? */
export const wasAccepted = ({ db }: Journal, { change, hash, person }: Agreed): boolean =>
  db.orm
    .select({ at: codesAccepted.at })
    .from(codesAccepted)
    .where(
      and(eq(codesAccepted.change, change), eq(codesAccepted.hash, hash), eq(codesAccepted.person, person)),
    )
    .get() !== undefined;
