import type { Notice } from '#policies/notice';
import type { Result } from '#policies/result';
import { mayBeLooser } from '#policies/review/rules-effect';
import { BUILT_IN } from '#policies/rules/built-in';
import type { Rules } from '#policies/rules/schema';
import { appendAudit } from '../audit/append.ts';
import type { Complaint } from '../config/read-config.ts';
import { immediate } from '../open.ts';
import { changesIn } from './change-rows.ts';
import { apply, PLANNING_TIME } from './changes.ts';
import type { Place } from './copies.ts';
import { effectOfRules } from './effect-of-rules.ts';
import type { Ledger } from './ledger.ts';
import { putNotice } from './notices.ts';
import { keepRules, rulesDigest } from './rule-sets.ts';
import { didOthersHold, type InForce, putRulesInForce, rulesNow } from './rules-in-force.ts';
import { rulesFileNow, seeRules, waitingRules, wasFileEverGood } from './rules-seen.ts';

/** What a look at the rule file gave. */
export type RulesRead = Result<Rules, Complaint[]>;

const SYSTEM = { system: 'bot' } as const;

/** Nobody's rules ever held: the first good file is in force at once, and told where the built-in ones held before it. */
const begin = (ledger: Ledger, rules: Rules): Notice | null => {
  const wasBuiltIn = rulesNow(ledger) !== null;
  const { digest } = putRulesInForce(ledger, rules, SYSTEM);
  return wasBuiltIn ? { notice: 'rules-first', digest } : null;
};

const isFirst = (ledger: Ledger): boolean =>
  !wasFileEverGood(ledger) && !didOthersHold(ledger, rulesDigest(BUILT_IN));

/** An edited file: in force at once where it loosens nothing, otherwise it waits for people. */
const edited = (ledger: Ledger, rules: Rules, now: InForce): Notice | null => {
  const digest = keepRules(ledger, rules);
  if (digest === now.digest) return null;
  const effect = effectOfRules(ledger, [now.rules, rules]);
  if (!mayBeLooser(effect)) {
    putRulesInForce(ledger, rules, SYSTEM);
    return { notice: 'rules-in-force', digest, effect };
  }
  const facts = { rules: digest, before: now.digest };
  appendAudit(ledger.db, { kind: 'rules.waiting', actor: SYSTEM, facts }, ledger.now());
  return { notice: 'rules-waiting', digest, effect };
};

const isNew = (ledger: Ledger, digest: string | null, complaints: readonly Complaint[]): boolean => {
  const seen = rulesFileNow(ledger);
  return seen?.digest !== digest || seen.complaints !== JSON.stringify(complaints);
};

const takeGood = (ledger: Ledger, rules: Rules): Notice | null => {
  const now = rulesNow(ledger);
  const digest = rulesDigest(rules);
  if (!isNew(ledger, digest, [])) return null;
  const seen = rulesFileNow(ledger);
  const notice = !now || isFirst(ledger) ? begin(ledger, rules) : edited(ledger, rules, now);
  seeRules(ledger, { digest, complaints: [] });
  if (digest !== now?.digest) return notice;
  return seen ? { notice: 'rules-as-before', digest } : null;
};

/** The rules of before go on, the built-in ones where there were none; people are told once of each state of the file. */
const takeBroken = (ledger: Ledger, complaints: readonly Complaint[]): Notice | null => {
  if (!rulesNow(ledger)) putRulesInForce(ledger, BUILT_IN, SYSTEM);
  const plain = complaints.map(({ at, line, expected }) => ({ at, line, expected }));
  if (!isNew(ledger, null, plain)) return null;
  seeRules(ledger, { digest: null, complaints: plain });
  const facts = { complaints: plain };
  appendAudit(ledger.db, { kind: 'rules.broken', actor: SYSTEM, facts }, ledger.now());
  return { notice: 'rules-broken', complaints: plain };
};

/** What was asked for and is not what the file says any more is planned again, which ends it. */
const planOvertaken = (ledger: Ledger): void => {
  const waiting = waitingRules(ledger);
  const until = ledger.now() + PLANNING_TIME;
  for (const { id, action, params } of changesIn(ledger, ['awaiting', 'approved']))
    if (action === 'rules.change' && 'digest' in params && params['digest'] !== waiting)
      apply(ledger, id, { type: 'replan', until }, SYSTEM);
};

/**
 * Takes what the rule file says now. What loosens nothing holds at once; what loosens anything waits until a change of the rules
 * was agreed to under those in force; what cannot be read changes nothing. Each is put on record and told once in the watching
 * chats.
 */
export const takeRules = (ledger: Ledger, read: RulesRead, watching: readonly Place[]): void =>
  immediate(ledger.db, () => {
    const notice = read.ok ? takeGood(ledger, read.value) : takeBroken(ledger, read.error);
    if (notice) putNotice(ledger, notice, { places: watching });
    planOvertaken(ledger);
  });
