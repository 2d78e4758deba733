import { eq, sql } from 'drizzle-orm';
import type { Granted } from '#policies/decide/decision';
import type { PersonId } from '#policies/ids';
import type { Risk } from '#policies/risk';
import { Factors } from '#policies/second-factor';
import { once } from '../once.ts';
import type { Ledger } from './ledger.ts';
import { workerFactors } from './schema/workers.ts';

/** Remembers who has a second factor on a worker's node, as it says now. */
export const keepFactors = ({ db }: Ledger, address: string, factors: Factors): void => {
  const row = { address, factors: JSON.stringify(factors) };
  db.orm
    .insert(workerFactors)
    .values(row)
    .onConflictDoUpdate({ target: workerFactors.address, set: row })
    .run();
};

const rowAt = once((orm) =>
  orm
    .select()
    .from(workerFactors)
    .where(eq(workerFactors.address, sql.placeholder('address')))
    .prepare(),
);

const factorsAt = ({ db }: Ledger, address: string): Factors | undefined => {
  const row = rowAt(db).get({ address });
  return row && Factors.parse(JSON.parse(row.factors));
};

/** Has this person a second factor on that node? Undefined where its worker has not said yet who has. */
export const isEnrolled = (ledger: Ledger, address: string, person: PersonId): boolean | undefined =>
  factorsAt(ledger, address)?.enrolled.includes(person);

/** The same with a second factor where the node itself wants one at this risk, which it would otherwise refuse in the end. */
export const asNodeWants = (ledger: Ledger, address: string, risk: Risk, granted: Granted): Granted =>
  factorsAt(ledger, address)?.risks.includes(risk) ? { ...granted, secondFactor: true } : granted;

/** What every worker said, by its address. */
export const allFactors = ({ db }: Ledger): ReadonlyMap<string, Factors> =>
  new Map(
    db.orm
      .select()
      .from(workerFactors)
      .all()
      .map(({ address, factors }) => [address, Factors.parse(JSON.parse(factors))]),
  );
