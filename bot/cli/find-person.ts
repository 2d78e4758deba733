import type { Ledger } from '#db/ledger/ledger';
import { allPeople, personById } from '#db/ledger/people';
import type { Person } from '#policies/person';
import { outside } from '../cards/words.ts';
import type { BotSettings } from '../config.ts';
import { type Shell, said } from './shell.ts';
import { withLedger } from './with-ledger.ts';

/** People that a text can mean: the one with this id, else all with this name, however it is written. */
const meant = (ledger: Ledger, text: string): readonly Person[] => {
  const person = personById(ledger, text);
  if (person) return [person];
  const name = text.toLowerCase();
  return allPeople(ledger).filter((other) => other.name.toLowerCase() === name);
};

/** Opens the ledger for the one person that a text means; says so where it means nobody or several, and gives 1. */
export const withPerson = (
  shell: Shell,
  text: string,
  use: (ledger: Ledger, person: Person, settings: BotSettings) => number,
): number =>
  withLedger(shell, (ledger, settings) => {
    const [person, ...others] = meant(ledger, text);
    if (person && others.length === 0) return use(ledger, person, settings);
    const ids = [person, ...others].flatMap((one) => (one ? [one.id] : [])).join(', ');
    shell.complain(
      person
        ? said(shell, 'cli.which-person', { text: outside(text), people: ids })
        : said(shell, 'cli.no-person', { person: outside(text) }),
    );
    return 1;
  });
