import { SiteId } from '#policies/ids';
import { type RulesEffect, rulesEffect } from '#policies/review/rules-effect';
import type { Rules } from '#policies/rules/schema';
import { inventoryReader } from './inventory.ts';
import type { Ledger } from './ledger.ts';
import { allPeople } from './people.ts';
import { recordedTrials } from './recorded-trials.ts';
import { allWorkers } from './workers.ts';

/** So many recorded requests are tried. */
const MOST_RECORDED = 1000;

const sitesOf = (ledger: Ledger): readonly SiteId[] => [
  ...inventoryReader(ledger)().map(({ site }) => site),
  ...allWorkers(ledger).map(({ site }) => SiteId.parse(site)),
];

/** What becomes different for the sites, the people and the last real requests of this ledger. */
export const effectOfRules = (ledger: Ledger, files: readonly [Rules, Rules]): RulesEffect =>
  rulesEffect(files, {
    sites: sitesOf(ledger),
    at: ledger.now(),
    people: allPeople(ledger),
    recorded: recordedTrials(ledger, MOST_RECORDED),
  });
