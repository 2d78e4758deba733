import type { BigIntStats } from 'node:fs';

/** SHA-256 of contents by what tells a file that nobody wrote to since: for the time of one plan. */
export type KnownHashes = Map<string, string>;

/** A link or a change of mode keeps it, a write does not. */
export const identityOf = ({ dev, ino, size, mtimeNs }: BigIntStats): string =>
  `${dev}:${ino}:${size}:${mtimeNs}`;
