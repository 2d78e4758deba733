import { Person } from '#policies/person';

/** A person of the demo's kind, for tests. */
export const somebody = (id: string, role: Person['role'], more: Partial<Person> = {}): Person => ({
  ...Person.parse({ id, name: id, role, groups: [], locale: 'en', disabled: false }),
  ...more,
});

export const vera = somebody('vera', 'viewer');
export const omar = somebody('omar', 'operator');
export const ada = somebody('ada', 'admin');
export const ivan = somebody('ivan', 'admin');
export const EVERYBODY = [vera, omar, ada, ivan];
