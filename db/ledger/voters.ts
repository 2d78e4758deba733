import { and, gt, lte, sql } from 'drizzle-orm';
import type { Change } from '#policies/change/change';
import { asVoters, type StandIn } from '#policies/change/stand-in';
import { PersonId } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Rules } from '#policies/rules/schema';
import { standInsOf } from '#policies/rules/stand-in';
import { once } from '../once.ts';
import { electorate } from './electorate.ts';
import type { Ledger } from './ledger.ts';
import { standIns } from './schema/rules.ts';

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

/** What is voted on: by whom it was asked for, and what it is about. */
type Asked = Pick<Change, 'requester' | 'target'>;

const asTheyVote = (ledger: Ledger, { requester }: Asked, people: readonly Person[]): readonly Person[] =>
  asVoters(people, { requester, now: ledger.now(), standIns: standInsNow(ledger) });

/** Everybody whose vote on it may count now, as they may vote: only who may vote themselves lends that to a stand-in. */
export const votersOn = (ledger: Ledger, asked: Asked): readonly Person[] =>
  asTheyVote(ledger, asked, electorate(ledger, asked.target));

/** One person, as the caller knows them, as they may vote now on what somebody asked for. */
export const asVoter = (ledger: Ledger, person: Person, asked: Asked): Person => {
  const others = electorate(ledger, asked.target).filter(({ id }) => id !== person.id);
  return asTheyVote(ledger, asked, [...others, person]).find(({ id }) => id === person.id) ?? person;
};

/** The stand-ins of these rules hold from now on, and no others; part of the caller's transaction. */
export const putStandIns = ({ db }: Ledger, rules: Rules): void => {
  db.orm.delete(standIns).run();
  for (const one of standInsOf(rules)) db.orm.insert(standIns).values(one).run();
};
