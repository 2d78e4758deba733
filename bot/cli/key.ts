import { createPublicKey } from 'node:crypto';
import { join } from 'node:path';
import { signingKey } from '#db/config/signing-key';
import { type ShellCommand, said } from './shell.ts';
import { stateFolder, withSettings } from './with-ledger.ts';

/** `key`: the public key that workers on other machines pin. */
export const key: ShellCommand = {
  usage: 'key',
  run: (shell) =>
    withSettings(shell, (settings) => {
      shell.complain(said(shell, 'cli.key'));
      const pem = createPublicKey(signingKey(join(stateFolder(settings), 'bot-key.pem'))).export({
        type: 'spki',
        format: 'pem',
      });
      shell.print(String(pem).trimEnd());
      return 0;
    }),
};
