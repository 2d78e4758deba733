import { LINK_CODE_VALID, makeLinkCode } from '#db/ledger/people';
import { withPerson } from './find-person.ts';
import { misused, type ShellCommand, said } from './shell.ts';

/** `link-code ada`: a code that binds one chat account to a person. */
export const linkCode: ShellCommand = {
  usage: 'link-code PERSON',
  run: (shell, [text]) => {
    if (text === undefined) return misused(shell, linkCode.usage);
    return withPerson(shell, text, (ledger, { id }) => {
      const code = makeLinkCode(ledger, id, { cli: shell.user });
      const minutes = LINK_CODE_VALID / 60_000;
      shell.print(said(shell, 'cli.link-code', { code, person: id, minutes }));
      return 0;
    });
  },
};
