import type { Faults } from '#test/fake/faults';
import type { Fault, Party } from './party.ts';

/** How a fake server is told what shall befall its next request of a kind, by its own names of the kinds. */
export const planFault =
  (faults: Faults, names: Readonly<Record<'post' | 'edit' | 'file', string>>): NonNullable<Party['fault']> =>
  (of, fault: Fault): void => {
    const name = names[of];
    if (fault.fault === 'wait') faults.respond429(name, fault.seconds);
    else if (fault.fault === 'broken')
      (fault.when === 'before' ? faults.fail5xxBeforeAccept : faults.fail5xxAfterAccept)(name);
    else (fault.when === 'before' ? faults.dropBeforeAccept : faults.dropAfterAccept)(name);
  };
