import type { Ledger } from '#db/ledger/ledger';
import { allPeople, bindAccount, putPerson } from '#db/ledger/people';
import { Person } from '#policies/person';
import { PLATFORM } from './limits.ts';

const DEMO = [
  { id: 'vera', name: 'vera', role: 'viewer' },
  { id: 'omar', name: 'omar', role: 'operator' },
  { id: 'ada', name: 'ada', role: 'admin' },
  { id: 'ivan', name: 'ivan', role: 'admin' },
];

/** Puts the four people of the demo into a ledger that has nobody, each with the console account of their name. */
export const addDemoPeople = (ledger: Ledger): void => {
  if (allPeople(ledger).length > 0) return;
  const actor = { system: 'demo' };
  for (const row of DEMO) {
    const person = Person.parse({ ...row, groups: [], locale: '', disabled: false });
    putPerson(ledger, person, actor);
    bindAccount(ledger, person.id, { platform: PLATFORM, tenant: '', id: person.id }, actor);
  }
};
