import { parseArgs } from 'node:util';
import { LINK_CODE_VALID, makeLinkCode, personById, putPerson } from '#db/ledger/people';
import { expected } from '#policies/expected';
import { Person } from '#policies/person';
import { outside } from '../cards/words.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';
import { withLedger } from './with-ledger.ts';

const add = (shell: Shell, args: readonly string[]): number => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      role: { type: 'string' },
      name: { type: 'string' },
      group: { type: 'string', multiple: true },
    },
  });
  const [id] = positionals;
  if (id === undefined || values.role === undefined) return misused(shell, people.usage);
  const { group, ...rest } = values;
  return withLedger(shell, (ledger) => {
    const known = personById(ledger, id) ?? { name: id, groups: [], locale: '', disabled: false };
    const read = Person.safeParse(
      { ...known, ...rest, id, groups: group ?? known.groups },
      { error: expected },
    );
    if (!read.success) {
      const [issue] = read.error.issues;
      const values = { at: issue?.path.join('.') ?? '', expected: outside(issue?.message ?? '') };
      shell.complain(said(shell, 'cli.bad-person', values));
      return 1;
    }
    putPerson(ledger, read.data, { cli: shell.user });
    const { id: person, name, role } = read.data;
    shell.print(said(shell, 'cli.person-added', { name: outside(name), person, role }));
    return 0;
  });
};

/** `people add ada --role admin`: adds a person, or changes of one what is said and nothing else. */
export const people: ShellCommand = {
  usage: 'people add ID --role viewer|operator|admin [--name NAME] [--group GROUP …]',
  run: (shell, [verb, ...args]) => (verb === 'add' ? add(shell, args) : misused(shell, people.usage)),
};

/** `link-code ada`: a code that binds one chat account to a person. */
export const linkCode: ShellCommand = {
  usage: 'link-code ID',
  run: (shell, [id]) => {
    if (id === undefined) return misused(shell, linkCode.usage);
    return withLedger(shell, (ledger) => {
      const person = personById(ledger, id);
      if (!person) {
        shell.complain(said(shell, 'cli.no-person', { person: outside(id) }));
        return 1;
      }
      const code = makeLinkCode(ledger, person.id, { cli: shell.user });
      const minutes = LINK_CODE_VALID / 60_000;
      shell.print(said(shell, 'cli.link-code', { code, person: person.id, minutes }));
      return 0;
    });
  },
};
