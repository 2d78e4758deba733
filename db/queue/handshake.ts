import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Which end of the socket speaks. */
export type End = 'server' | 'client';

/** What an end answers to the other end's challenge; its own name is in it, so that a proof cannot be sent back. */
export const prove = (secret: string, end: End, challenge: string): string =>
  createHmac('sha256', secret).update(`quorate-queue-1 ${end} ${challenge}`).digest('base64url');

/** A fresh challenge: 256 random bits. */
export const newChallenge = (): string => randomBytes(32).toString('base64url');

/** True when `proof` shows that the end knows the secret. */
export const proves = (secret: string, end: End, challenge: string, proof: unknown): boolean => {
  if (typeof proof !== 'string') return false;
  const expected = Buffer.from(prove(secret, end, challenge));
  const given = Buffer.from(proof);
  return expected.length === given.length && timingSafeEqual(expected, given);
};
