import type { Person } from '../person.ts';
import type { Rules } from '../rules/schema.ts';

/** Who was put in groups, for as long as somebody holds the rules. Neither ever changes: another one is made. */
const put = new WeakMap<Rules['groups'], WeakMap<Person, Person>>();

const putIn = (groups: Rules['groups']): WeakMap<Person, Person> => {
  const known = put.get(groups) ?? new WeakMap<Person, Person>();
  put.set(groups, known);
  return known;
};

/** The person with the groups that a rule file puts them in. */
export const inGroups = (person: Person, { groups }: Pick<Rules, 'groups'>): Person => {
  const known = putIn(groups);
  const grouped = known.get(person) ?? {
    ...person,
    groups: Object.entries(groups).flatMap(([group, members]) =>
      members.includes(person.id) ? [group] : [],
    ),
  };
  known.set(person, grouped);
  return grouped;
};
