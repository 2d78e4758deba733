import type { Person } from '../../person.ts';
import type { Rules } from '../../rules/schema.ts';
import type { Factors } from '../../second-factor.ts';
import type { Finding, LinkedPerson } from './finding.ts';

/** The people there are. `links`: who has a chat account; `factors`: who has a second factor, by worker, as far as they said. */
export type Population = {
  readonly people: readonly Person[];
  readonly links: readonly LinkedPerson[];
  readonly factors: ReadonlyMap<string, Factors>;
};

type Group = { readonly group: string; readonly members: readonly string[] };

const needed = ({ rules }: Rules, group: string): boolean =>
  rules.some((rule) => 'need' in rule && rule.need.some((need) => 'group' in need && need.group === group));

const unknownMembers = ({ groups }: Rules, { people }: Population): readonly Finding[] =>
  Object.entries(groups).flatMap(([group, members]) =>
    members
      .filter((member) => !people.some(({ id }) => id === member))
      .map((person) => ({ lint: 'unknown-member' as const, group, person })),
  );

const emptiness = ({ group, members }: Group, { people, links }: Population): readonly Finding[] => {
  const able = people.filter(({ id, disabled }) => members.includes(id) && !disabled);
  if (able.length === 0) return [{ lint: 'nobody-in-group', group }];
  const reached = able.some((person) => links.some(({ id, linked }) => linked && id === person.id));
  return reached ? [] : [{ lint: 'nobody-linked', group }];
};

const viewers = ({ group, members }: Group, { people }: Population): readonly Finding[] =>
  people
    .filter(({ id, role, disabled }) => role === 'viewer' && !disabled && members.includes(id))
    .map(({ id }) => ({ lint: 'viewer-approves', group, person: id }));

const lookAlikes = ({ people }: Population): readonly Finding[] => {
  const byName = Map.groupBy(people, ({ name }) => name.trim().toLowerCase());
  return [...byName.values()]
    .filter((same) => same.length > 1)
    .map((same) => ({ lint: 'look-alike', people: same.map(({ id }) => id) }));
};

const aloneAmongAdmins = ({ rules }: Rules, { people }: Population): readonly Finding[] => {
  const admins = people.filter(({ role, disabled }) => role === 'admin' && !disabled).map(({ id }) => id);
  if (admins.length < 2) return [];
  return rules.flatMap((rule) =>
    'alone' in rule && rule.alone ? [{ lint: 'alone-among-admins', rule: rule.id, admins }] : [],
  );
};

/** What does not fit between a rule file and the people there are. */
export const peopleFindings = (rules: Rules, population: Population): readonly Finding[] => [
  ...unknownMembers(rules, population),
  ...Object.entries(rules.groups).flatMap(([group, members]) => [
    ...emptiness({ group, members }, population),
    ...(needed(rules, group) ? viewers({ group, members }, population) : []),
  ]),
  ...lookAlikes(population),
  ...aloneAmongAdmins(rules, population),
];
