import type { PersonId } from '../ids.ts';
import { atLeast, type Person } from '../person.ts';

/** That `by` votes for `for`, from `from` on and no more at `until` (ms). */
export type StandIn = {
  readonly for: PersonId;
  readonly by: PersonId;
  readonly from: number;
  readonly until: number;
};

/** The vote that is looked at: whose request it is about, and when (ms). */
type At = { readonly requester: PersonId; readonly now: number };

/** Does it hold in this vote? Nobody stands in for the one who asked. */
const holds = (standIn: StandIn, { requester, now }: At): boolean =>
  standIn.from <= now && now < standIn.until && standIn.for !== requester;

/** The people whom this one stands in for in this vote: known, with access, and not themselves standing in for others by it. */
export const lenders = (
  person: Pick<Person, 'id'>,
  people: readonly Person[],
  { standIns, ...at }: At & { readonly standIns: readonly StandIn[] },
): readonly Person[] => {
  const lent = standIns.filter((one) => one.by === person.id && holds(one, at)).map((one) => one.for);
  return people.filter(({ id, disabled }) => !disabled && lent.includes(id));
};

const stronger = (a: Person, b: Person): Person => (atLeast(a.role, b.role) ? a : b);

/**
 * The people as they may vote: whoever stands in for somebody has that one's role and groups beside their own. For voting
 * only, never for asking. They stay themselves, so that they fill one place at most, and chains are not followed.
 */
export const asVoters = (
  people: readonly Person[],
  standing: At & { readonly standIns: readonly StandIn[] },
): readonly Person[] => {
  if (standing.standIns.length === 0) return people;
  return people.map((person) => {
    const lent = lenders(person, people, standing);
    const groups = [...new Set([person, ...lent].flatMap((one) => one.groups))];
    return { ...person, role: lent.reduce(stronger, person).role, groups };
  });
};
