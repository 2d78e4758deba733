import type { PersonId } from '../ids.ts';
import type { Person } from '../person.ts';
import type { KeepRefusal } from '../refusal.ts';
import { no, ok, type Result } from '../result.ts';
import type { Keeping } from './state.ts';
import { fits } from './vote.ts';

type May = Result<true, KeepRefusal>;

const mayApprove = ({ needs }: Keeping, { role, ...person }: Person): May =>
  needs.some((need) => fits({ role, ...person }, need))
    ? ok(true)
    : no({ no: 'not-a-keeper', role, needs: [...needs] });

/** May this person keep what was done? Whoever asked for it only where the rules say so. */
export const mayKeep = (keeping: Keeping, requester: PersonId, person: Person): May => {
  if (person.disabled) return no({ no: 'person-disabled' });
  if (person.id !== requester) return mayApprove(keeping, person);
  return keeping.keepBy === 'requester' ? ok(true) : no({ no: 'own-change' });
};

/** May this person have it taken back now? Whoever asked always may: it only ends sooner what silence ends too. */
export const mayCallBack = (keeping: Keeping, requester: PersonId, person: Person): May => {
  if (person.disabled) return no({ no: 'person-disabled' });
  return person.id === requester ? ok(true) : mayApprove(keeping, person);
};
