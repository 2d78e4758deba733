import { allAccounts, allPeople } from '#db/ledger/people';
import { atLeast } from '#policies/person';
import { no, ok } from '#policies/result';
import { peopleCard } from '../cards/people.ts';
import { addPerson } from './access.ts';
import type { Answer, Asking, Command } from './command.ts';
import { choice, OPTIONAL, option } from './option.ts';
import { offerAccount } from './people-link.ts';

/** Admins are shown everybody; all others themselves. */
const list = ({ office, person, sight, words }: Asking): Answer => {
  const all = atLeast(person.role, 'admin') && sight.whole;
  const people = allPeople(office.ledger).filter(({ id }) => all || id === person.id);
  return ok(peopleCard(words, people, allAccounts(office.ledger)));
};

/** `/people`; `/people add kim viewer` and `/people link CODE kim` are for admins who are bound to nothing. */
export const peopleCommand: Command = {
  name: 'people',
  usage: 'people [add PERSON ROLE | link CODE PERSON]',
  options: [
    choice('do', ['add', 'link'], OPTIONAL),
    option('what', 'text', OPTIONAL),
    option('as', 'text', OPTIONAL),
  ],
  who: 'viewer',
  scoped: true,
  run: (asking, [verb, ...rest]) => {
    if (verb === undefined) return list(asking);
    if (verb === 'add') return addPerson(asking, rest);
    if (verb === 'link') return offerAccount(asking, rest);
    return no({ no: 'bad-argument', command: 'people', argument: verb, expected: 'people' });
  },
};
