import { type AccessChanged, setAccess } from '#db/ledger/access';
import type { Ledger } from '#db/ledger/ledger';
import { allPeople } from '#db/ledger/people';
import { isAdmin } from '#policies/access';
import type { Person } from '#policies/person';
import { boundLines } from '../cards/scope.ts';
import { outside, plain } from '../cards/words.ts';
import { type Shell, said } from './shell.ts';

/** Whoever is on the machine may take the last admin's access too, and is told what that means. */
const warnOfLastAdmin = (shell: Shell, ledger: Ledger, before: Person | undefined): void => {
  if (!before || !isAdmin(before) || allPeople(ledger).some(isAdmin)) return;
  shell.complain(said(shell, 'cli.last-admin'));
};

const tellEffects = (shell: Shell, { withdrawn, voided, running }: AccessChanged): void => {
  const [requests, votes] = [withdrawn.length, voided.length];
  if (requests > 0) shell.print(said(shell, 'cli.requests-withdrawn', { count: requests }));
  if (votes > 0) shell.print(said(shell, 'cli.votes-voided', { count: votes }));
  const changes = running.map(({ no }) => `#${no}`).join(', ');
  if (changes !== '') shell.print(said(shell, 'cli.disabled-running', { changes }));
};

/** Adds or changes a person and says what became of it: what they are now, what was taken back, what goes on. */
export const putAccess = (
  shell: Shell,
  ledger: Ledger,
  { before, after }: { readonly before: Person | undefined; readonly after: Person },
): number => {
  const effects = setAccess(ledger, after, { cli: shell.user });
  const { id: person, name, role, disabled, scope } = after;
  const bound = boundLines(shell.words, scope).map((line) => `, ${plain(line)}`);
  const values = { name: outside(name), person, role, scope: outside(bound.join('')) };
  shell.print(said(shell, disabled ? 'cli.person-disabled' : 'cli.person-is', values));
  tellEffects(shell, effects);
  warnOfLastAdmin(shell, ledger, before);
  return 0;
};
