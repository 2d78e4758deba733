import { desc } from 'drizzle-orm';
import { SiteId } from '#policies/ids';
import { Mode } from '#policies/mode';
import type { CalledMode } from '#policies/rules/called-mode';
import { appendAudit } from '../audit/append.ts';
import type { AuditActor } from '../audit/event.ts';
import { once } from '../once.ts';
import { immediate } from '../open.ts';
import type { Ledger } from './ledger.ts';
import { modes } from './schema/rules.ts';

/** A mode that was set in chat, by whom, why and since when (ms). */
export type SetMode = CalledMode & {
  readonly by: string;
  readonly reason: string | null;
  readonly since: number;
};

const all = once((orm) => orm.select().from(modes).orderBy(desc(modes.id)).prepare());

/** What is set in chat now: of each site, and of everything, the last that was; `standard` adds nothing and is left out. */
export const modesNow = ({ db }: Ledger): readonly SetMode[] => {
  const seen = new Set<string | null>();
  return all(db)
    .all()
    .flatMap(({ site, mode, by, reason, since }) => {
      if (seen.has(site)) return [];
      seen.add(site);
      const set = { site: site === null ? null : SiteId.parse(site), mode: Mode.parse(mode) };
      return set.mode === 'standard' ? [] : [{ ...set, by, reason, since }];
    });
};

/** From now on this is the mode that the chat says; the file may say a more careful one. */
export const setMode = (
  ledger: Ledger,
  { site, mode, by, reason }: Omit<SetMode, 'since'>,
  actor: AuditActor,
): void =>
  immediate(ledger.db, () => {
    const since = ledger.now();
    ledger.db.orm.insert(modes).values({ site, mode, by, reason, since }).run();
    appendAudit(ledger.db, { kind: 'mode.set', actor, facts: { site, mode, reason } }, since);
  });
