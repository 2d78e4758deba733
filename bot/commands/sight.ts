import { type AuditPage, type AuditRecord, queryAudit } from '#db/audit/query';
import { changedTargets, changesIn, countOpen, latestChanges, OPEN } from '#db/ledger/change-rows';
import type { Change } from '#policies/change/change';
import type { Inventory } from '#policies/inventory';
import type { Person } from '#policies/person';
import { type Bound, reaches } from '#policies/scope';
import { type Seen, seenBy } from '#policies/seen-by';
import { type Target, targetKey } from '#policies/target';
import type { Office } from '../office.ts';

/**
 * All that one person may see, and the only way in which commands look at guests, changes and the audit: for somebody who is
 * bound everything else is as if it did not exist.
 */
export type Sight = {
  /** Does this person see everything there is? */
  readonly whole: boolean;
  readonly sites: () => readonly Seen[];
  readonly inventories: () => readonly Inventory[];
  readonly sees: (target: Target) => boolean;
  /** Could the audit say anything to this person about a target with this key? */
  readonly seesKey: (key: string) => boolean;
  /** The latest changes, newest first; of one target where it is given. */
  readonly changes: (most: number, targetKey?: string) => readonly Change[];
  /** How many changes are not at their end. */
  readonly open: () => number;
  readonly audit: (page: AuditPage) => readonly AuditRecord[];
  /** Is it unknown right now whether more guests are this person's? */
  readonly unsure: () => boolean;
};

const wholeSight = ({ ledger, inventories }: Office): Sight => ({
  whole: true,
  sites: () => seenBy('everything', inventories()),
  inventories,
  sees: () => true,
  seesKey: () => true,
  changes: (most, key) => latestChanges(ledger, most, key),
  open: () => countOpen(ledger),
  audit: (page) => queryAudit(ledger.db, page),
  unsure: () => false,
});

/** The keys of everything of theirs that is there or was ever to be changed. */
const keysOf = ({ ledger }: Office, { inventories, sees }: Pick<Sight, 'inventories' | 'sees'>) => {
  const there = inventories().flatMap(({ site, guests }) =>
    guests.known ? guests.value.map(({ vmid }): Target => ({ kind: 'guest', site, vmid })) : [],
  );
  return new Set([...there, ...changedTargets(ledger).filter(sees)].map(targetKey));
};

const boundSight = (office: Office, person: Person, scope: Bound): Sight => {
  const { ledger } = office;
  const sites = (): readonly Seen[] => seenBy(scope, office.inventories());
  const inventories = (): readonly Inventory[] => sites().map(({ inventory }) => inventory);
  const sees = (target: Target): boolean => reaches(person, target, office.inventories());
  const keys = (one?: string): readonly string[] =>
    [...keysOf(office, { inventories, sees })].filter((key) => one === undefined || key === one);
  return {
    whole: false,
    sites,
    inventories,
    sees,
    seesKey: (key) => keys(key).length > 0,
    changes: (most, one) =>
      keys(one)
        .flatMap((key) => latestChanges(ledger, most, key))
        .sort((a, b) => b.no - a.no)
        .slice(0, most),
    open: () => changesIn(ledger, OPEN).filter(({ target }) => sees(target)).length,
    audit: (page) =>
      keys(page.target)
        .flatMap((target) => queryAudit(ledger.db, { ...page, target }))
        .sort((a, b) => b.seq - a.seq)
        .slice(0, page.limit),
    unsure: () => scope.pools.length > 0 && inventories().some(({ guests }) => !guests.known),
  };
};

/** What a person sees at this moment. */
export const sightOf = (office: Office, person: Person): Sight =>
  person.scope === 'everything' ? wholeSight(office) : boundSight(office, person, person.scope);
