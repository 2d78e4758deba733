import { eq } from 'drizzle-orm';
import type { Json } from '#policies/json';
import { EMPTY } from '#policies/rules/built-in';
import type { Rules } from '#policies/rules/schema';
import { digestOf } from '../canonical.ts';
import type { Ledger } from './ledger.ts';
import { ruleSets } from './schema/rules.ts';

/** sha256 of the rules after reading: comments, key order and defaults make no difference. */
export const rulesDigest = (rules: Rules): string => {
  // Rules come out of zod as plain JSON; the round trip drops keys that are undefined.
  const plain = JSON.parse(JSON.stringify(rules)) as Json;
  return digestOf(plain);
};

/** Keeps a rule set for later; the same one twice is one row. */
export const keepRules = ({ db, now }: Ledger, rules: Rules): string => {
  const digest = rulesDigest(rules);
  const row = { digest, rules: JSON.stringify(rules), firstSeen: now() };
  db.orm.insert(ruleSets).values(row).onConflictDoNothing().run();
  return digest;
};

/** The rules that had this digest. Throws where they were never kept: a change cannot be judged without them. */
export const rulesOf = ({ db }: Ledger, digest: string): Rules => {
  const row = db.orm.select().from(ruleSets).where(eq(ruleSets.digest, digest)).get();
  if (!row) throw new Error(`the rules ${digest} are not in the ledger`);
  // A section that was unknown when they were kept says what an empty file says of it.
  // Stored by keepRules from a value of this type; its durations are already milliseconds, so the schema would refuse it.
  return { ...EMPTY, ...(JSON.parse(row.rules) as Rules) };
};
