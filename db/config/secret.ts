import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import type { SecretRef } from '#policies/config';
import { no, ok, type Result } from '#policies/result';

/** Environment variables as a process has them. */
export type Environment = { readonly [name: string]: string | undefined };

/** Bits of a mode that let anybody but the owner in. */
const OTHERS = 0o077;

const fromFile = (path: string): Result<string, string> => {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    return no(`a readable file at ${path} (${error instanceof Error ? error.message : String(error)})`);
  }
  try {
    // The mode is read from the open file, so that it cannot be swapped between the look and the read.
    const { mode } = fstatSync(file);
    if ((mode & OTHERS) !== 0)
      return no(
        `a file that only its owner can read: chmod 600 ${path} (mode ${(mode & 0o777).toString(8)})`,
      );
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? no(`a secret in ${path}; the file is empty`) : ok(text);
  } finally {
    closeSync(file);
  }
};

/** The secret behind `env:NAME` or `file:/path`, or what was expected there. The secret is never in the complaint. */
export const readSecret = (ref: SecretRef, environment: Environment): Result<string, string> => {
  if (ref.startsWith('file:')) return fromFile(ref.slice('file:'.length));
  const name = ref.slice('env:'.length);
  const value = environment[name]?.trim();
  return value ? ok(value) : no(`a secret in the environment variable ${name}; it is not set`);
};
