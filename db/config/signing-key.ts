import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

/**
 * The key that a process signs with (Ed25519, PKCS#8 PEM, mode 0600), made at the first start: the bot's tickets, a worker's
 * reports. Throws where others may read it: whoever has it can speak for that process.
 */
export const signingKey = (path: string): KeyObject => {
  if (!existsSync(path)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    chmodSync(path, 0o600);
  }
  const mode = statSync(path).mode & 0o777;
  if (mode & 0o077)
    throw new Error(`${path} can be read by others (mode ${mode.toString(8)}): chmod 600 ${path}`);
  return createPrivateKey(readFileSync(path));
};
