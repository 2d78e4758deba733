import { randomBytes } from 'node:crypto';
import type { OpenDatabase } from '../open.ts';

/** The bot's memory: one SQLite file, a clock (ms) and a source of random bytes. Every store function takes it first. */
export type Ledger = {
  readonly db: OpenDatabase;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
};

/** Randomness of the operating system. */
export const systemRandom = (bytes: number): Uint8Array => randomBytes(bytes);

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** `length` random characters of lower-case base32 (5 bits each). */
export const randomText = (ledger: Ledger, length: number): string =>
  Array.from(ledger.random(length), (byte) => ALPHABET[byte % 32]).join('');
