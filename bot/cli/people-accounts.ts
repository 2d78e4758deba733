import { allAccounts, allPeople, unlinkAccount } from '#db/ledger/people';
import { accountKey } from '#policies/person';
import { boundLines } from '../cards/scope.ts';
import { outside, plain } from '../cards/words.ts';
import { misused, type ShellCommand, said } from './shell.ts';
import { withLedger } from './with-ledger.ts';

/** `people list`: everybody, what they may, and their accounts as `people unlink` takes them. */
export const listPeople: ShellCommand = {
  usage: 'people list',
  run: (shell) =>
    withLedger(shell, (ledger) => {
      const accounts = allAccounts(ledger);
      const people = allPeople(ledger);
      for (const { id: person, name, role, groups, scope, disabled } of people) {
        const belongs = groups.length === 0 ? '' : ` [${groups.join(', ')}]`;
        const bound = boundLines(shell.words, scope).map((line) => `  ${plain(line)}`);
        const shown = { groups: outside(belongs), scope: outside(bound.join('')) };
        const values = { person, name: outside(name), role, ...shown };
        shell.print(said(shell, disabled ? 'cli.person-row-disabled' : 'cli.person-row', values));
        for (const { account, person: owner } of accounts)
          if (owner === person)
            shell.print(said(shell, 'cli.account-row', { account: outside(accountKey(account)) }));
      }
      if (people.length === 0) shell.print(said(shell, 'cli.nobody'));
      return 0;
    }),
};

/** `people unlink telegram::42`: the account is nobody's again; what its person agreed to still counts. */
export const unlink: ShellCommand = {
  usage: 'people unlink ACCOUNT',
  run: (shell, [text]) => {
    if (text === undefined) return misused(shell, unlink.usage);
    return withLedger(shell, (ledger) => {
      const account = outside(text);
      const linked = allAccounts(ledger).find((one) => accountKey(one.account) === text);
      if (!linked || !unlinkAccount(ledger, linked.account, { cli: shell.user })) {
        shell.complain(said(shell, 'cli.no-account', { account }));
        return 1;
      }
      shell.print(said(shell, 'cli.unlinked', { account, person: linked.person }));
      return 0;
    });
  },
};
