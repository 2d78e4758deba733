import { and, desc, eq, gt, isNull, sql } from 'drizzle-orm';
import type { PersonId, SiteId } from '#policies/ids';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { freezes } from './schema/rules.ts';

/** A stop of everything that has not begun, that somebody called in chat: of one site, or of all (`site` null). Times in ms. */
export type CalledFreeze = typeof freezes.$inferSelect;

type Called = {
  readonly site: SiteId | null;
  readonly reason: string;
  readonly until: number;
  readonly by: PersonId;
};

/** From now on nothing begins and nothing new is asked for there. */
export const callFreeze = (ledger: Ledger, called: Called, actor: AuditActor): void =>
  immediate(ledger.db, () => {
    const since = ledger.now();
    ledger.db.orm
      .insert(freezes)
      .values({ ...called, since, liftedAt: null })
      .run();
    appendAudit(ledger.db, { kind: 'freeze.called', actor, facts: { ...called } }, since);
  });

const holding = and(isNull(freezes.liftedAt), gt(freezes.until, sql.placeholder('now')));

const every = once((orm) => orm.select().from(freezes).where(holding).orderBy(desc(freezes.id)).prepare());

/** Every freeze that holds now, the last one called first. */
export const freezesNow = ({ db, now }: Ledger): readonly CalledFreeze[] => every(db).all({ now: now() });

/** The freeze that holds for a site now, or for what is on none (null), and lasts longest; or undefined. */
export const freezeOf = (ledger: Ledger, site: SiteId | null): CalledFreeze | undefined =>
  freezesNow(ledger)
    .filter((called) => called.site === null || called.site === site)
    .toSorted((a, b) => b.until - a.until)[0];

/** Ends every freeze that was called with this reach; how many there were. */
export const liftFreezes = (ledger: Ledger, site: SiteId | null, actor: AuditActor): number =>
  immediate(ledger.db, () => {
    const reach = site === null ? isNull(freezes.site) : eq(freezes.site, site);
    const set = { liftedAt: ledger.now() };
    const { changes } = ledger.db.orm
      .update(freezes)
      .set(set)
      .where(and(isNull(freezes.liftedAt), gt(freezes.until, ledger.now()), reach))
      .run();
    if (changes > 0)
      appendAudit(ledger.db, { kind: 'freeze.lifted', actor, facts: { site, count: changes } }, ledger.now());
    return changes;
  });
