import type { Person } from '../person.ts';
import type { Rules } from '../rules/schema.ts';

/** The person with the groups that a rule file puts them in. */
export const inGroups = (person: Person, { groups }: Pick<Rules, 'groups'>): Person => ({
  ...person,
  groups: Object.entries(groups)
    .filter(([, members]) => members.includes(person.id))
    .map(([group]) => group),
});
