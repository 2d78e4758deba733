import { type Account, accountKey, type Person } from '#policies/person';
import type { Card, Line } from '../chat/card.ts';
import { page } from './look.ts';
import { boundLines } from './scope.ts';
import { listed, outside, type Words } from './words.ts';

type Linked = { readonly account: Account; readonly person: string };

const row = (words: Words, person: Person, accounts: readonly Linked[]): Line => {
  const { id, name, role, groups, scope, disabled } = person;
  const known = accounts.filter((one) => one.person === id).map(({ account }) => accountKey(account));
  const head = words.say('whoami.lead', {
    name: outside(name),
    person: outside(id),
    role: words.say(`role.${role}`),
  });
  return listed(
    [
      head,
      ...(disabled ? [words.say('people.disabled')] : []),
      ...(groups.length > 0 ? [words.say('whoami.groups', { groups: outside(groups.join(', ')) })] : []),
      ...boundLines(words, scope),
      ...(known.length > 0
        ? [words.say('people.accounts', { list: outside(known.join(', ')) })]
        : [words.say('people.no-account')]),
    ],
    ' · ',
  );
};

/** Who there is, what they may, and which accounts are theirs. */
export const peopleCard = (words: Words, people: readonly Person[], accounts: readonly Linked[]): Card =>
  page(
    'neutral',
    words.say('people.lead'),
    [],
    people.map((person) => row(words, person, accounts)),
  );
