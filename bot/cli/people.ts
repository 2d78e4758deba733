import { listPeople, unlink } from './people-accounts.ts';
import { addPerson, changeRole, disablePerson, enablePerson } from './people-put.ts';
import { bindPerson } from './people-scope.ts';
import { misused, type ShellCommand } from './shell.ts';

const VERBS: { readonly [verb: string]: ShellCommand } = {
  list: listPeople,
  add: addPerson,
  role: changeRole,
  scope: bindPerson,
  disable: disablePerson,
  enable: enablePerson,
  unlink,
};

/** `people VERB …`: who there is and what they may. */
export const people: ShellCommand = {
  usage: Object.values(VERBS)
    .map(({ usage }) => usage)
    .join('  |  '),
  run: (shell, [verb, ...args]) => {
    const command = verb !== undefined && Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    return command ? command.run(shell, args) : misused(shell, people.usage);
  },
};
