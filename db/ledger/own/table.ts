import type { OwnAction } from '#policies/actions';
import type { Own } from './own.ts';
import { personChange } from './person-change.ts';
import { rulesChange } from './rules-change.ts';

/** How each row of the catalogue that is about Quorate itself is carried out; a row that is missing here does not compile. */
export const OWN: { readonly [N in OwnAction]: Own } = {
  'rules.change': rulesChange,
  'person.add': personChange,
  'person.role': personChange,
  'person.scope': personChange,
  'person.enable': personChange,
};
