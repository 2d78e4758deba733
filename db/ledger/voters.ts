import { and, gt, lte, sql } from 'drizzle-orm';
import { asVoters, type StandIn } from '#policies/change/stand-in';
import { PersonId } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Rules } from '#policies/rules/schema';
import { standInsOf } from '#policies/rules/stand-in';
import { once } from '../once.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';
import { standIns } from './schema.ts';

const holding = once((orm) =>
  orm
    .select()
    .from(standIns)
    .where(and(lte(standIns.from, sql.placeholder('now')), gt(standIns.until, sql.placeholder('now'))))
    .prepare(),
);

/** The stand-ins of the rules in force that hold now. */
export const standInsNow = ({ db, now }: Ledger): readonly StandIn[] =>
  holding(db)
    .all({ now: now() })
    .map((row) => ({ ...row, for: PersonId.parse(row.for), by: PersonId.parse(row.by) }));

/** Everybody as they may vote now on what this person asked for. */
export const votersOn = (ledger: Ledger, requester: PersonId): readonly Person[] =>
  asVoters(allPeople(ledger), { requester, now: ledger.now(), standIns: standInsNow(ledger) });

/** One person, as the caller knows them, as they may vote now on what somebody asked for. */
export const asVoter = (ledger: Ledger, person: Person, requester: PersonId): Person => {
  const people = allPeople(ledger).map((one) => (one.id === person.id ? person : one));
  const standing = { requester, now: ledger.now(), standIns: standInsNow(ledger) };
  return asVoters(people, standing).find(({ id }) => id === person.id) ?? person;
};

/** The stand-ins of these rules hold from now on, and no others; part of the caller's transaction. */
export const putStandIns = ({ db }: Ledger, rules: Rules): void => {
  db.orm.delete(standIns).run();
  for (const one of standInsOf(rules)) db.orm.insert(standIns).values(one).run();
};
