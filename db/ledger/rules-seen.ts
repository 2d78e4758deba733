import { desc, isNotNull } from 'drizzle-orm';
import { BUILT_IN } from '#policies/rules/built-in';
import type { Complaint } from '../config/read-config.ts';
import { once } from '../once.ts';
import type { Ledger } from './ledger.ts';
import { rulesDigest } from './rule-sets.ts';
import { rulesNow } from './rules-in-force.ts';
import { rulesSeen } from './schema/rules.ts';

/** What the rule file was seen to say: rules by their digest, or why it could not be read. `at` in ms. */
export type RulesSeen = typeof rulesSeen.$inferSelect;

/** Why the file could not be read; none where it could. */
export const complaintsOf = ({ complaints }: RulesSeen): readonly Complaint[] =>
  // Written by seeRules from such a list.
  JSON.parse(complaints) as Complaint[];

const last = once((orm) => orm.select().from(rulesSeen).orderBy(desc(rulesSeen.seq)).limit(1).prepare());

/** What the rule file says, as far as we saw; undefined before it was looked at. */
export const rulesFileNow = ({ db }: Ledger): RulesSeen | undefined => last(db).get();

/** Did the file ever say rules that could be read? */
export const wasFileEverGood = ({ db }: Ledger): boolean =>
  db.orm.select({ seq: rulesSeen.seq }).from(rulesSeen).where(isNotNull(rulesSeen.digest)).get() !==
  undefined;

const BUILT_IN_DIGEST = rulesDigest(BUILT_IN);

/** Do the built-in rules hold, because no file could ever be read? */
export const doBuiltInHold = (ledger: Ledger): boolean =>
  rulesNow(ledger)?.digest === BUILT_IN_DIGEST && !wasFileEverGood(ledger);

/** The digest of the edited rules that wait to be put in force, or null where none do. */
export const waitingRules = (ledger: Ledger): string | null => {
  const digest = rulesFileNow(ledger)?.digest ?? null;
  return digest === rulesNow(ledger)?.digest ? null : digest;
};

/** Remembers that the file says something else now. Part of the caller's transaction. */
export const seeRules = (
  { db, now }: Ledger,
  { digest, complaints }: { readonly digest: string | null; readonly complaints: readonly Complaint[] },
): void => {
  db.orm
    .insert(rulesSeen)
    .values({ digest, complaints: JSON.stringify(complaints), at: now() })
    .run();
};
