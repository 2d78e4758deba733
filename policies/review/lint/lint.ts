import type { SiteId } from '../../ids.ts';
import type { AskingRule, Rule, Rules } from '../../rules/schema.ts';
import { corpusOf } from '../corpus.ts';
import { effectFindings } from './effect-findings.ts';
import type { Finding } from './finding.ts';
import { neverMatching } from './never-matches.ts';
import { type Population, peopleFindings } from './people-findings.ts';
import { shadowedRules } from './shadowed.ts';
import { standInFindings } from './stand-in-findings.ts';
import { windowFindings } from './window-findings.ts';

const ASKS = [
  'who',
  'expires',
  'vote_valid_for',
  'reason',
  'confirm',
  'second_factor',
  'cooldown',
  'revert',
  'window',
] as const;

const asksNothing = (rule: Rule): rule is AskingRule =>
  'need' in rule && rule.need.length === 0 && ASKS.every((key) => rule[key] === undefined);

const onlyTags = ({ rules }: Rules): readonly Finding[] =>
  rules
    .filter((rule) => rule.match.tag !== undefined && asksNothing(rule))
    .map(({ id }) => ({ lint: 'only-tags', rule: id }));

/** Where and when a file is looked at: the site, the moment (ms), and the people there are, null where nobody can say. */
export type LintBase = { readonly site: SiteId; readonly at: number; readonly population: Population | null };

/** Everything that looks wrong in a rule file, by itself and for the people there are. */
export const lint = (rules: Rules, { site, at, population }: LintBase): readonly Finding[] => {
  const people = population?.people ?? [];
  const everybody = population ? { everybody: true } : {};
  const { trials } = corpusOf([rules, rules], { site, at, people, ...everybody });
  return [
    ...neverMatching(rules),
    ...onlyTags(rules),
    ...shadowedRules(rules),
    ...windowFindings(rules, at),
    ...standInFindings(rules, at, population),
    ...(population ? peopleFindings(rules, population) : []),
    ...effectFindings(rules, trials, { people, factors: population?.factors ?? new Map(), at }),
  ];
};
