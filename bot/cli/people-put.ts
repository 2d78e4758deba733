import { parseArgs } from 'node:util';
import { personById } from '#db/ledger/people';
import { expected } from '#policies/expected';
import { Person } from '#policies/person';
import { readWith } from '#policies/read-with';
import { outside } from '../cards/words.ts';
import { withPerson } from './find-person.ts';
import { putAccess } from './people-access.ts';
import { SCOPE_OPTIONS, SCOPE_USAGE, typedScope } from './people-scope.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';
import { withLedger } from './with-ledger.ts';

const options = {
  role: { type: 'string' },
  name: { type: 'string' },
  ...SCOPE_OPTIONS,
} as const;

/** The person that somebody described, or what was expected, said. */
const readPerson = (shell: Shell, described: object): Person | null => {
  const read = readWith(Person, described, { error: expected });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const values = { at: issue?.path.join('.') ?? '', expected: outside(issue?.message ?? '') };
  shell.complain(said(shell, 'cli.bad-person', values));
  return null;
};

/** `people add ada --role admin`: adds a person, or changes of one what is said and nothing else. */
export const addPerson: ShellCommand = {
  usage: `people add ID --role viewer|operator|admin [--name NAME] ${SCOPE_USAGE}`,
  run: (shell, args) => {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [id] = positionals;
    if (id === undefined || values.role === undefined) return misused(shell, addPerson.usage);
    const { pool: _, guest: __, ...plain } = values;
    return withLedger(shell, (ledger, settings) => {
      const before = personById(ledger, id);
      const scope = typedScope({ shell, ledger, settings }, values);
      if (scope === null) return 1;
      const known = before ?? { name: id, groups: [], locale: '', disabled: false };
      const after = readPerson(shell, { ...known, ...plain, ...(scope === undefined ? {} : { scope }), id });
      return after ? putAccess(shell, ledger, { before, after }) : 1;
    });
  },
};

/** `people role ada viewer`: votes that a lower role no longer carries are void. */
export const changeRole: ShellCommand = {
  usage: 'people role PERSON viewer|operator|admin',
  run: (shell, [text, role]) => {
    if (text === undefined || role === undefined) return misused(shell, changeRole.usage);
    return withPerson(shell, text, (ledger, before) => {
      const after = readPerson(shell, { ...before, role });
      return after ? putAccess(shell, ledger, { before, after }) : 1;
    });
  },
};

const switched = (verb: string, disabled: boolean): ShellCommand => {
  const usage = `people ${verb} PERSON`;
  const run: ShellCommand['run'] = (shell, [text]) =>
    text === undefined
      ? misused(shell, usage)
      : withPerson(shell, text, (ledger, before) =>
          putAccess(shell, ledger, { before, after: { ...before, disabled } }),
        );
  return { usage, run };
};

/** `people disable ada`: at once, with everything of theirs that has not begun. */
export const disablePerson = switched('disable', true);

/** `people enable ada`: what was taken back meanwhile stays so. */
export const enablePerson = switched('enable', false);
