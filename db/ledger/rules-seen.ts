import { desc } from 'drizzle-orm';
import type { Json } from '#policies/json';
import { once } from '../once.ts';
import type { Ledger } from './ledger.ts';
import { rulesNow } from './rules-in-force.ts';
import { rulesSeen } from './schema.ts';

/** What the rule file was seen to say: rules by their digest, or why it could not be read. `at` in ms. */
export type RulesSeen = typeof rulesSeen.$inferSelect;

const last = once((orm) => orm.select().from(rulesSeen).orderBy(desc(rulesSeen.seq)).limit(1).prepare());

/** What the rule file says, as far as we saw; undefined before it was looked at. */
export const rulesFileNow = ({ db }: Ledger): RulesSeen | undefined => last(db).get();

/** The digest of the edited rules that wait to be put in force, or null where none do. */
export const waitingRules = (ledger: Ledger): string | null => {
  const digest = rulesFileNow(ledger)?.digest ?? null;
  return digest === rulesNow(ledger)?.digest ? null : digest;
};

/** Remembers that the file says something else now. Part of the caller's transaction. */
export const seeRules = (
  { db, now }: Ledger,
  { digest, complaints }: { readonly digest: string | null; readonly complaints: Json },
): void => {
  db.orm
    .insert(rulesSeen)
    .values({ digest, complaints: JSON.stringify(complaints), at: now() })
    .run();
};
