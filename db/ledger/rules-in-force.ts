import { desc } from 'drizzle-orm';
import type { Rules } from '#policies/rules/schema';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { keepRules, rulesOf } from './rule-sets.ts';
import { groupMembers, rulesInForce } from './schema.ts';
import { putStandIns } from './voters.ts';

/** A rule set and its digest. */
export type InForce = { readonly rules: Rules; readonly digest: string };

/** The rules that hold now; null before any were read for the first time. */
export const rulesNow = (ledger: Ledger): InForce | null => {
  const row = ledger.db.orm.select().from(rulesInForce).orderBy(desc(rulesInForce.seq)).limit(1).get();
  return row ? { rules: rulesOf(ledger, row.digest), digest: row.digest } : null;
};

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
    ledger.db.orm
      .insert(rulesInForce)
      .values({ digest, since, actor: JSON.stringify(actor) })
      .run();
    putGroups(ledger, rules);
    putStandIns(ledger, rules);
    appendAudit(ledger.db, { kind: 'rules.in-force', actor, facts: { rules: digest, before } }, since);
    return { rules, digest };
  });
