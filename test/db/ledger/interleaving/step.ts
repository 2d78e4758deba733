import fc from 'fast-check';
import type { Mode } from '#policies/mode';
import type { Outcome } from '#policies/outcome';
import type { Role } from '#policies/person';
import type { Risk } from '#policies/risk';
import type { Torn } from './tear.ts';

/** One thing that happens to a ledger. Numbers pick one of what there is: a change, a person, a rule file. */
export type Step =
  | { readonly do: 'ask' | 'deny' | 'withdraw' | 'confirm'; readonly who: number; readonly which: number }
  /** Asked, planned and agreed to by everybody who may, without anything in between. */
  | { readonly do: 'rush'; readonly who: number; readonly risk: Risk }
  | {
      readonly do: 'vote';
      readonly who: number;
      readonly which: number;
      readonly old: boolean;
      readonly typed: boolean;
    }
  | { readonly do: 'plan'; readonly which: number; readonly risk: Risk; readonly liar: boolean }
  | { readonly do: 'stale' | 'progress' | 'lost' | 'refused'; readonly which: number; readonly liar: boolean }
  | { readonly do: 'finish'; readonly which: number; readonly liar: boolean; readonly end: Outcome['end'] }
  | { readonly do: 'settle'; readonly who: number; readonly which: number }
  | { readonly do: 'demote'; readonly who: number; readonly role: Role; readonly disabled: boolean }
  | { readonly do: 'rule'; readonly book: number }
  | { readonly do: 'freeze'; readonly site: boolean; readonly ms: number }
  | { readonly do: 'thaw'; readonly site: boolean }
  | { readonly do: 'mode'; readonly site: boolean; readonly mode: Mode }
  | { readonly do: 'skip'; readonly ms: number }
  /** `again`: the message itself comes twice; else its text comes in another one. */
  | { readonly do: 'redeliver'; readonly again: boolean }
  | { readonly do: 'tick' | 'restart' };

/** A step, and the table at whose first new row the process dies in the middle of it. */
export type Played = { readonly step: Step; readonly torn: Torn | null };

const which = fc.constantFrom(0, 0, 0, 1, 2, 3);
const risk = fc.constantFrom<Risk>('low', 'medium', 'high', 'critical');
const who = fc.nat(3);
const site = fc.boolean();
const liar = fc.integer({ min: 0, max: 9 }).map((n) => n === 0);
const mode = fc.constantFrom<Mode>('standard', 'standard', 'production', 'read_only');
const oneIn = (many: number) => fc.integer({ min: 1, max: many }).map((n) => n === 1);

const is = <D extends Step['do']>(...names: readonly D[]) => fc.constantFrom(...names);

const STEPS: readonly (readonly [weight: number, step: fc.Arbitrary<Step>])[] = [
  [3, fc.record({ do: is('ask'), who, which })],
  [6, fc.record({ do: is('rush'), who, risk })],
  [7, fc.record({ do: is('vote'), who, which, old: oneIn(10), typed: fc.boolean() })],
  [2, fc.record({ do: is('confirm'), who, which })],
  [2, fc.record({ do: is('deny', 'withdraw'), who, which })],
  [6, fc.record({ do: is('plan'), which, risk, liar })],
  [3, fc.record({ do: is('stale', 'progress', 'lost', 'refused'), which, liar: fc.boolean() })],
  [4, fc.record({ do: is('finish'), which, liar, end: fc.constantFrom('succeeded', 'failed', 'reverted') })],
  [1, fc.record({ do: is('settle'), who, which })],
  [
    4,
    fc.record({
      do: is('demote'),
      who,
      role: fc.constantFrom('viewer', 'operator', 'admin'),
      disabled: oneIn(8),
    }),
  ],
  [3, fc.record({ do: is('rule'), book: fc.nat(3) })],
  [1, fc.record({ do: is('freeze'), site, ms: fc.constantFrom(30_000, 1_200_000) })],
  [1, fc.record({ do: is('thaw'), site })],
  [2, fc.record({ do: is('mode'), site, mode })],
  [3, fc.record({ do: is('skip'), ms: fc.constantFrom(1, 30_000, 60_000, 1_200_000, 90_000_000) })],
  [2, fc.record({ do: is('redeliver'), again: fc.boolean() })],
  [3, fc.record({ do: is('tick') })],
  [1, fc.record({ do: is('restart') })],
];

const step = fc.oneof(...STEPS.map(([weight, arbitrary]) => ({ weight, arbitrary })));

const torn = fc.oneof(
  { weight: 9, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom<Torn>('audit', 'outbox') },
);

/** A play: so many steps in any order, one in ten of them torn. */
export const plays: fc.Arbitrary<readonly Played[]> = fc.noBias(
  fc.array(fc.record({ step, torn }), { minLength: 8, maxLength: 30, size: 'max' }),
);
