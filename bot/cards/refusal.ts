import { clockText } from '#policies/calendar/run-at';
import type { Need } from '#policies/change/vote';
import type { Refusal } from '#policies/refusal';
import type { UndoStop, WorkerRefusal } from '#policies/worker-refusal';
import type { Card, Line } from '../chat/card.ts';
import { exampleOf } from './example.ts';
import { factsText } from './facts.ts';
import { page } from './look.ts';
import type { No } from './no.ts';
import { SCRIPT_TEXTS } from './script-refusal.ts';
import { spanText } from './span.ts';
import { isKey, listed, outside, type Words, when } from './words.ts';

/** Needs in words: "1 admin, 1 of net". */
export const needsText = (words: Words, needs: readonly Need[]): Line =>
  listed(
    needs.map((need) =>
      'role' in need
        ? words.say('need.role', { count: need.count, role: words.say(`role.${need.role}`) })
        : words.say('need.group', { count: need.count, group: outside(need.group) }),
    ),
  );

/** What is missing: a word of ours, or the name that people type before "=". */
const argumentText = (words: Words, argument: string): Line | string => {
  const key = `argument.${argument}`;
  return isKey(key) ? words.say(key) : argument;
};

/** Steps as people count them. */
const stepsText = (steps: readonly number[]): string => steps.map((step) => step + 1).join(', ');

const WORKER: No<WorkerRefusal> = {
  'checks-failed': (words, { checks }) =>
    words.say('worker.checks-failed', {
      checks: listed(
        checks
          .filter((check) => check.state === 'stop')
          .map((check) => listed([words.say(`check.${check.check}`), factsText(words, check.facts)], '')),
      ),
    }),
  'guest-not-found': (words, { vmid }) => words.say('worker.guest-not-found', { vmid: String(vmid) }),
  'wrong-kind': (words, { kind }) =>
    words.say('worker.wrong-kind', { kind: words.say(`guest-kind.${kind}`) }),
  'nothing-to-do': (words) => words.say('worker.nothing-to-do'),
  'unknown-recipe': (words, { recipe, known }) =>
    words.say('worker.unknown-recipe', { recipe: outside(recipe), known: outside(known.join(', ')) }),
  'recipe-not-for-this-host': (words, { recipe, why }) =>
    words.say('worker.recipe-not-for-this-host', { recipe: outside(recipe), why: outside(why) }),
  ...SCRIPT_TEXTS,
  'no-actor-token': (words) => words.say('worker.no-actor-token'),
  'forbidden-by-proxmox': (words, { path, privilege }) =>
    words.say('worker.forbidden-by-proxmox', { path: outside(path), privilege: outside(privilege) }),
  'proxmox-refused': (words, { status, message }) =>
    words.say('worker.proxmox-refused', { status: String(status), message: outside(message) }),
  'proxmox-unreachable': (words, { message }) =>
    words.say('worker.proxmox-unreachable', { message: outside(message) }),
  'no-such-run': (words) => words.say('worker.no-such-run'),
  'cannot-undo': (words, { why }) => words.say('worker.cannot-undo', { why: words.say(`undo.${why}`) }),
  'cannot-revert': (words, { steps }) => words.say('worker.cannot-revert', { steps: stepsText(steps) }),
  'undo-stopped': (words, { stop, older }) =>
    words.say('worker.undo-stopped', { what: outside(stop.what), why: stopText(words, stop), older }),
  'no-such-plan': (words) => words.say('worker.no-such-plan'),
  ticket: (words, { why }) => words.say('worker.ticket', { why: words.say(`ticket.${why}`) }),
  'not-here': (words, { about, here }) =>
    words.say('worker.not-here', { about: outside(about), here: outside(here) }),
  'node-policy': (words, { rule }) =>
    words.say('worker.node-policy', { rule: words.say(`node-policy.${rule}`) }),
  'no-second-factor': (words, { people }) =>
    words.say('worker.no-second-factor', { people: outside(people.join(', ')) }),
  'node-policy-unreadable': (words, { why }) =>
    words.say('worker.node-policy-unreadable', { why: outside(why) }),
  absolute: (words, { rule, fact }) =>
    words.say('worker.absolute', { rule: words.say(`absolute.${rule}`), fact: outside(fact) }),
  'worker-broken': (words, { message }) => words.say('worker.worker-broken', { message: outside(message) }),
  'target-locked': (words, { by }) => words.say('worker.target-locked', { by: outside(by) }),
};

/** Why a change is not taken back, nor those before it. */
export const stopText = (words: Words, { why, checks }: UndoStop): Line =>
  workerRefusalText(words, why === null ? { no: 'checks-failed', checks } : { no: 'cannot-undo', why });

/** A worker's "no" in words. */
export const workerRefusalText = (words: Words, refusal: WorkerRefusal): Line => {
  // The table has a row for each kind of refusal, for exactly that kind.
  const say = WORKER[refusal.no] as (words: Words, refusal: WorkerRefusal) => Line;
  return say(words, refusal);
};

const TEXTS: No<Refusal> = {
  'person-disabled': (words) => words.say('refusal.person-disabled'),
  'own-request': (words) => words.say('refusal.own-request'),
  'out-of-scope': (words) => words.say('refusal.out-of-scope'),
  'fits-no-slot': (words, { role, needs }) =>
    words.say('refusal.fits-no-slot', { role: words.say(`role.${role}`), needs: needsText(words, needs) }),
  'already-voted': (words) => words.say('refusal.already-voted'),
  'type-target': (words, { command, change }) =>
    words.say('refusal.type-target', { command, change: String(change) }),
  'no-break-glass': (words) => words.say('refusal.no-break-glass'),
  'nothing-missing': (words) => words.say('refusal.nothing-missing'),
  'glass-spent': (words, { count, until }) => words.say('refusal.glass-spent', { count, when: when(until) }),
  'reviews-owed': (words, { owed }) => words.say('refusal.reviews-owed', { count: owed }),
  'own-glass': (words) => words.say('refusal.own-glass'),
  'nothing-to-review': (words) => words.say('refusal.nothing-to-review'),
  'nothing-to-confirm': (words) => words.say('refusal.nothing-to-confirm'),
  'reason-required': (words) => words.say('refusal.reason-required'),
  'already-chosen': (words, { choice, by }) =>
    words.say(`refusal.already-chosen-${choice}`, { who: outside(by) }),
  'too-late-to-choose': (words) => words.say('refusal.too-late-to-choose'),
  'own-change': (words) => words.say('refusal.own-change'),
  'not-a-keeper': (words, { role, needs }) =>
    needs.length === 0
      ? words.say('refusal.not-a-keeper-alone')
      : words.say('refusal.not-a-keeper', {
          role: words.say(`role.${role}`),
          needs: needsText(words, needs),
        }),
  'cannot-be-taken-back': (words, { steps }) =>
    words.say('refusal.cannot-be-taken-back', { steps: stepsText(steps) }),
  'nobody-may-keep': (words) => words.say('refusal.nobody-may-keep'),
  'too-early': (words) => words.say('refusal.too-early'),
  'never-opens': (words, { windows }) =>
    words.say('refusal.never-opens', { windows: outside(windows.join(', ')) }),
  'closed-then': (words, { windows, at, opens }) =>
    words.say('refusal.closed-then', {
      windows: outside(windows.join(', ')),
      when: when(at),
      opens: when(opens),
    }),
  'no-node-for-code': (words) => words.say('refusal.no-node-for-code'),
  'rests-beyond': (words, { at, cooldown }) =>
    words.say('refusal.rests-beyond', { when: when(at), time: spanText(words, cooldown) }),
  'votes-too-old': (words, { at, holds }) =>
    words.say('refusal.votes-too-old', { when: when(at), time: spanText(words, holds) }),
  'at-past': (words, { at, zone }) => words.say('refusal.at-past', { clock: clockText(at, zone) }),
  'at-too-far': (words, { at, zone, most }) =>
    words.say('refusal.at-too-far', { clock: clockText(at, zone), time: spanText(words, most) }),
  'role-too-low': (words, { role, needs }) =>
    words.say('refusal.role-too-low', { role: words.say(`role.${role}`), needs: words.say(`role.${needs}`) }),
  'requester-disabled': (words) => words.say('refusal.requester-disabled'),
  'no-rule': (words) => words.say('refusal.no-rule'),
  'only-tags': (words, { rules }) => words.say('refusal.only-tags', { rules: outside(rules.join(', ')) }),
  'not-in-group': (words, { group }) => words.say('refusal.not-in-group', { group: outside(group) }),
  frozen: (words, { freeze, text, until }) =>
    words.say('refusal.frozen', { freeze: outside(freeze), text: outside(text), when: when(until) }),
  'read-only': (words) => words.say('refusal.read-only'),
  'not-named': (words, { action }) => words.say('refusal.not-named', { action }),
  denied: (words, { rule, text }) =>
    words.say('refusal.denied', { rule: outside(rule), text: outside(text) }),
  'fact-unknown': (words, { rule }) => words.say('refusal.fact-unknown', { rule: outside(rule) }),
  'impossible-quorum': (words, { needs }) =>
    words.say('refusal.impossible-quorum', { needs: needsText(words, needs) }),
  'keeps-drifting': (words, { times }) => words.say('refusal.keeps-drifting', { times }),
  drifted: (words) => words.say('refusal.drifted'),
  'not-possible': (words, { state }) =>
    words.say('refusal.not-possible', { state: words.say(`state.${state}`) }),
  'plan-changed': (words) => words.say('refusal.plan-changed'),
  expired: (words) => words.say('refusal.expired'),
  'unknown-command': (words, { command }) =>
    words.say('refusal.unknown-command', { command: outside(command) }),
  'line-too-long': (words, { length, most }) => words.say('refusal.line-too-long', { length, most }),
  'missing-argument': (words, { command, argument }) =>
    words.say('refusal.missing-argument', {
      command,
      argument: argumentText(words, argument),
      example: exampleOf(command),
    }),
  'bad-argument': (words, { command, argument, expected }) =>
    words.say('refusal.bad-argument', {
      command,
      argument: outside(argument),
      expected: words.say(`expected.${expected}`),
      example: exampleOf(command),
    }),
  'no-such-guest': (words, { text }) => words.say('refusal.no-such-guest', { text: outside(text) }),
  'ambiguous-guest': (words, { text, vmids }) =>
    words.say('refusal.ambiguous-guest', { text: outside(text), vmids: vmids.join(', ') }),
  'no-such-node': (words, { text, nodes }) =>
    words.say('refusal.no-such-node', { text: outside(text), nodes: outside(nodes.join(', ')) }),
  'no-such-change': (words, { text }) => words.say('refusal.no-such-change', { text: outside(text) }),
  'second-factor': (words, { change }) => words.say('refusal.second-factor', { change: String(change) }),
  'not-enrolled': (words, { person, worker }) =>
    words.say('refusal.not-enrolled', { person: outside(person), worker: outside(worker) }),
  'no-code-asked': (words, { change }) => words.say('refusal.no-code-asked', { change: String(change) }),
  'code-not-private': (words) => words.say('refusal.code-not-private'),
  code: (words, { verdict }) => words.say(`code.${verdict}`),
  'not-linked': (words) => words.say('refusal.not-linked'),
  'link-code': (words) => words.say('refusal.link-code'),
  'account-taken': (words) => words.say('refusal.account-taken'),
  'stale-button': (words) => words.say('refusal.stale-button'),
  'private-chat-only': (words) => words.say('refusal.private-chat-only'),
  'inventory-unknown': (words) => words.say('refusal.inventory-unknown'),
  'no-worker': (words, { target }) => words.say('refusal.no-worker', { target: outside(target) }),
  'already-asked': (words, { change }) => words.say('refusal.already-asked', { change: String(change) }),
  capped: (words, { cap, most }) => words.say(`refusal.capped-${cap}`, { most }),
  'target-busy': (words, { target, change }) =>
    words.say('refusal.target-busy', { target, change: String(change) }),
  'plan-not-shown': (words) => words.say('refusal.plan-not-shown'),
  'not-in-this-chat': (words, { target }) =>
    words.say('refusal.not-in-this-chat', { target: outside(target) }),
  'about-yourself': (words) => words.say('refusal.about-yourself'),
  'mode-as-is': (words, { mode }) => words.say('refusal.mode-as-is', { mode }),
  'mode-held': (words, { than, mode }) => words.say(`refusal.mode-held-${than}`, { mode }),
  'no-way-back': (words, { why }) => words.say('refusal.no-way-back', { why: refusalText(words, why) }),
  'no-such-site': (words, { text, sites }) =>
    words.say('refusal.no-such-site', { text: outside(text), sites: outside(sites.join(', ')) }),
  'no-such-person': (words, { person }) => words.say('refusal.no-such-person', { person: outside(person) }),
  'person-exists': (words, { person }) => words.say('refusal.person-exists', { person: outside(person) }),
  'already-so': (words) => words.say('refusal.already-so'),
  'last-admin': (words) => words.say('refusal.last-admin'),
  'no-link-request': (words) => words.say('refusal.no-link-request'),
  'link-elsewhere': (words, { person }) => words.say('refusal.link-elsewhere', { person: outside(person) }),
  'not-waiting': (words) => words.say('refusal.not-waiting'),
  'own-end': (words) => words.say('refusal.own-end'),
  'may-still-begin': (words, { until }) => words.say('refusal.may-still-begin', { when: when(until) }),
  worker: (words, { refusal }) => workerRefusalText(words, refusal),
};

/** Any "no" in words. */
export const refusalText = (words: Words, refusal: Refusal): Line => {
  // The table has a row for each kind of refusal, for exactly that kind.
  const say = TEXTS[refusal.no] as (words: Words, refusal: Refusal) => Line;
  return say(words, refusal);
};

/** The private answer to somebody who may not. */
export const refusalCard = (words: Words, refusal: Refusal): Card =>
  page('neutral', refusalText(words, refusal), []);
