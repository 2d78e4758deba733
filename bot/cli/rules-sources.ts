import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Ledger } from '#db/ledger/ledger';
import { allAccounts, allPeople } from '#db/ledger/people';
import { SiteId } from '#policies/ids';
import type { Person } from '#policies/person';
import type { Population } from '#policies/review/lint/people-findings';
import type { Rules } from '#policies/rules/schema';
import { configPath } from '../config.ts';
import { readRules } from '../rules-file.ts';
import { printComplaints, type Shell } from './shell.ts';
import { ledgerPath, withLedger, withSettings } from './with-ledger.ts';

/** What rules are looked at with: those of a file or those in force, and what the ledger knows, where there is one. */
export type Surroundings = {
  readonly site: SiteId;
  readonly rules: Rules | null;
  readonly ledger: Ledger | null;
};

const NOWHERE: Surroundings = { site: SiteId.parse('home'), rules: null, ledger: null };

/** Hands on the configured site, rules and ledger; nothing of them where nothing is configured yet. */
export const withSurroundings = (shell: Shell, use: (around: Surroundings) => number): number => {
  if (configPath(shell.env) === null) return use(NOWHERE);
  return withSettings(shell, ({ site, rules: source, state }) => {
    const around = { site: SiteId.parse(site), rules: configuredRules(shell, source) };
    if (!existsSync(ledgerPath(state))) return use({ ...around, ledger: null });
    return withLedger(shell, (ledger) => use({ ...around, ledger }));
  });
};

/** Reads the configured rules; says everything that is wrong with them and gives null. */
export const configuredRules = (shell: Shell, source: string): Rules | null => {
  const read = readRules(source);
  if (read.ok) return read.value;
  printComplaints(shell, source, read.error);
  return null;
};

/** Reads a rule file that somebody named; says everything that is wrong with it and gives null. */
export const namedRules = (shell: Shell, file: string): Rules | null => {
  const read = readRules(resolve(file));
  if (read.ok) return read.value;
  printComplaints(shell, file, read.error);
  return null;
};

/** Everybody the ledger knows, and who has a chat account; null where there is no ledger. */
export const populationOf = (ledger: Ledger | null): Population | null => {
  if (!ledger) return null;
  const people: readonly Person[] = allPeople(ledger);
  const owners = allAccounts(ledger).map(({ person }) => person);
  return { people, links: people.map(({ id }) => ({ id, linked: owners.includes(id) })) };
};
