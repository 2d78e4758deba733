import { fits, type Need } from '../change/vote.ts';
import type { PersonId } from '../ids.ts';
import type { Person } from '../person.ts';
import type { GlassRefusal } from '../refusal.ts';
import { no, ok, type Result } from '../result.ts';
import { isNot } from '../rules/who.ts';
import type { Granted } from './decision.ts';
import type { GlassTerms } from './glass-terms.ts';

/** When the glass was broken before (ms), and how many of those breaks nobody has reviewed. */
export type GlassPast = { readonly broken: readonly number[]; readonly owed: number };

/** Is this somebody who may break the glass? Asked when it is broken, and again when the change begins. */
export const mayBreakGlass = (glass: GlassTerms | null, person: Person): Result<GlassTerms, GlassRefusal> => {
  if (person.disabled) return no({ no: 'person-disabled' });
  if (glass === null) return no({ no: 'no-break-glass' });
  const refusal = glass.who.map((who) => isNot(who, person)).find((one) => one !== null);
  return refusal ? no(refusal) : ok(glass);
};

/** May the glass be broken once more at this moment (ms)? Not too often, and not while too many reviews are owed. */
export const glassIsLeft = (
  { most, maxOpen }: GlassTerms,
  { broken, owed }: GlassPast,
  now: number,
): Result<true, GlassRefusal> => {
  if (owed >= maxOpen) return no({ no: 'reviews-owed', owed });
  for (const { count, per } of most) {
    const recent = broken.filter((at) => at > now - per).toSorted((a, b) => b - a);
    const last = recent[count - 1];
    if (last !== undefined) return no({ no: 'glass-spent', count, until: last + per });
  }
  return ok(true);
};

/** What is left of the terms when the glass is broken: nobody agrees and nothing rests; windows hold unless the file skips them. */
export const withoutVotes = (granted: Granted, glass: GlassTerms): Granted => ({
  ...granted,
  verdict: 'allow',
  needs: [],
  cooldown: 0,
  windows: glass.skipsWindows ? [] : granted.windows,
});

/** What a review is about: who broke the glass for whose request, and who would have had to agree. */
export type Reviewed = {
  readonly by: PersonId;
  readonly requester: PersonId;
  readonly needs: readonly Need[];
};

/** May this person review it? An admin, or one whose vote was left out; never who asked for it or broke the glass. */
export const mayReview = ({ by, requester, needs }: Reviewed, person: Person): Result<true, GlassRefusal> => {
  if (person.disabled) return no({ no: 'person-disabled' });
  if (person.id === by || person.id === requester) return no({ no: 'own-glass' });
  if (person.role === 'admin' || needs.some((need) => fits(person, need))) return ok(true);
  return no({ no: 'fits-no-slot', role: person.role, needs: [...needs] });
};
