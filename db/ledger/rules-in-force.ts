import { desc, ne } from 'drizzle-orm';
import type { Rules } from '#policies/rules/schema';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { once } from '../once.ts';
import { immediate, transactionOf } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { keepRules, rulesOf } from './rule-sets.ts';
import { groupMembers, rulesInForce } from './schema/rules.ts';
import { putStandIns } from './voters.ts';

/** A rule set and its digest. */
export type InForce = { readonly rules: Rules; readonly digest: string };

type Row = typeof rulesInForce.$inferSelect;

const last = once((orm) =>
  orm.select().from(rulesInForce).orderBy(desc(rulesInForce.seq)).limit(1).prepare(),
);

/** `written`: the number of the transaction that wrote a row last. */
type Kept = { row: Row | undefined; fresh: boolean; written: number };
const kept = once((): Kept => ({ row: undefined, fresh: false, written: 0 }));

/**
 * The last row, read once: each decision asks for it several times, and only {@link putRulesInForce} of the one process that holds the
 * ledger writes another. What an open transaction wrote may be undone, so it is kept only after that one.
 */
const rowNow = ({ db }: Ledger): Row | undefined => {
  const known = kept(db);
  if (known.fresh) return known.row;
  const row = last(db).get();
  const fresh = !db.sqlite.inTransaction || transactionOf(db) !== known.written;
  return Object.assign(known, { row, fresh }).row;
};

/** The rule sets that were read last, by the digest that never means another one. */
const read = once(() => new Map<string, Rules>());

const rulesRead = (ledger: Ledger, digest: string): Rules => {
  const known = read(ledger.db);
  const rules = known.get(digest) ?? rulesOf(ledger, digest);
  if (!known.has(digest)) known.clear();
  known.set(digest, rules);
  return rules;
};

/** Since when (ms) the rules of now hold, and who put them in force; undefined before any did. */
export const inForceSince = (
  ledger: Ledger,
): (Pick<Row, 'since'> & { readonly actor: AuditActor }) | undefined => {
  const row = rowNow(ledger);
  // Written by putRulesInForce from a value of this type.
  return row && { since: row.since, actor: JSON.parse(row.actor) as AuditActor };
};

/** The rules that hold now; null before any were read for the first time. */
export const rulesNow = (ledger: Ledger): InForce | null => {
  const row = rowNow(ledger);
  return row ? { rules: rulesRead(ledger, row.digest), digest: row.digest } : null;
};

/** Did any rules but these ever hold? */
export const didOthersHold = ({ db }: Ledger, digest: string): boolean =>
  db.orm.select({ seq: rulesInForce.seq }).from(rulesInForce).where(ne(rulesInForce.digest, digest)).get() !==
  undefined;

const putGroups = ({ db }: Ledger, { groups }: Rules): void => {
  db.orm.delete(groupMembers).run();
  for (const [group, members] of Object.entries(groups))
    for (const person of new Set(members)) db.orm.insert(groupMembers).values({ group, person }).run();
};

/** These rules hold from now on, and people belong to their groups. The same rules again change nothing. */
export const putRulesInForce = (ledger: Ledger, rules: Rules, actor: AuditActor): InForce =>
  immediate(ledger.db, () => {
    const before = rulesNow(ledger)?.digest ?? null;
    const digest = keepRules(ledger, rules);
    if (digest === before) return { rules, digest };
    const since = ledger.now();
    Object.assign(kept(ledger.db), { fresh: false, written: transactionOf(ledger.db) });
    ledger.db.orm
      .insert(rulesInForce)
      .values({ digest, since, actor: JSON.stringify(actor) })
      .run();
    putGroups(ledger, rules);
    putStandIns(ledger, rules);
    appendAudit(ledger.db, { kind: 'rules.in-force', actor, facts: { rules: digest, before } }, since);
    return { rules, digest };
  });
