import { PersonId } from '../ids.ts';
import type { Person, Role } from '../person.ts';
import type { Rules } from '../rules/schema.ts';
import type { CorpusBase } from './corpus.ts';

/** Somebody who asks; `named` is false for one who stands for everybody of that role. */
export type Asker = { readonly person: Person; readonly named: boolean };

const ASKING: readonly Role[] = ['operator', 'admin'];

const made = (id: PersonId, role: Role): Person => ({
  id,
  name: id,
  role,
  groups: [],
  scope: 'everything',
  locale: '',
  disabled: false,
});

/**
 * Everybody whom these files tell apart: somebody of each role who is in no group, and each member of a group. A member whom
 * nobody knows yet could become either. What somebody is bound to is left out: it may change without the file, which is judged by itself.
 */
export const askersOf = (
  files: readonly Rules[],
  { people, everybody = false }: Pick<CorpusBase, 'people' | 'everybody'>,
): readonly Asker[] => {
  const grouped = files.flatMap(({ groups }) => Object.values(groups).flat());
  const members = [...new Set([...grouped, ...(everybody ? people.map(({ id }) => id) : [])])];
  const named = members.flatMap((id) => {
    const known = people.find((person) => person.id === id);
    return known ? [{ ...known, scope: 'everything' as const }] : ASKING.map((role) => made(id, role));
  });
  return [
    ...ASKING.map((role) => ({ person: made(PersonId.parse('somebody'), role), named: false })),
    ...named.map((person) => ({ person, named: true })),
  ];
};
