import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { no, ok, type Result } from '#policies/result';

/** The Ed25519 public key in a PEM file, or what was expected there. */
export const readPublicKey = (path: string): Result<KeyObject, string> => {
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    return no(`a readable file (${error instanceof Error ? error.message : String(error)})`);
  }
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return ok(key);
  } catch {
    // Said below: whatever it holds, it is no Ed25519 key.
  }
  return no('a PEM file with an Ed25519 public key');
};
