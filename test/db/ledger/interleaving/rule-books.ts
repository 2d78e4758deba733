import type { Role } from '#policies/person';
import type { Risk } from '#policies/risk';
import { RISKS } from '#policies/risk';
import type { Rules } from '#policies/rules/schema';
import { ruleFile } from '../../../policies/decide/asked.ts';
import { twoPerson } from '../stage.ts';

/** Who may fill a place: anybody of at least a role, or a member of the group `net`. */
export type Place = Role | 'net';

/** What a rule file asks for, written once more by hand. `typed`: whoever agrees types the target's name. Times in ms. */
export type Asks = {
  readonly asker: Role;
  readonly places: readonly Place[];
  readonly typed?: true;
  readonly rest?: number;
};

/** A rule file and, by hand, what it comes to: null where it says no. `net`: the members of that group under it. */
export type Book = {
  readonly rules: Rules;
  readonly asks: (risk: Risk, requester: Role) => Asks | null;
  readonly voteValidFor: number;
  readonly net: readonly string[];
};

const DAY = 86_400_000;
const all = [...RISKS];

const TWO_PERSON: { readonly [R in Risk]: Asks } = {
  low: { asker: 'operator', places: [] },
  medium: { asker: 'operator', places: ['operator'] },
  high: { asker: 'operator', places: ['admin'] },
  critical: { asker: 'admin', places: ['admin', 'operator'] },
};

const TIGHT: { readonly [R in Risk]: Asks | null } = {
  low: { asker: 'operator', places: ['operator'] },
  medium: { asker: 'operator', places: ['admin'], rest: 60_000 },
  high: { asker: 'operator', places: ['admin', 'net'] },
  critical: null,
};

const tight = (): Rules =>
  ruleFile(
    [
      { id: 'low', match: { risk: ['low'] }, need: [{ count: 1, role: 'operator' }] },
      { id: 'medium', match: { risk: ['medium'] }, need: [{ count: 1, role: 'admin' }], cooldown: '1m' },
      { id: 'high', match: { risk: ['high'] }, need: [{ count: 1, role: 'admin' }] },
      { id: 'net', match: { risk: ['high'] }, need: [{ count: 1, group: 'net' }] },
      { id: 'valid', match: { risk: all }, need: [], vote_valid_for: '15m' },
      { id: 'never', match: { risk: ['critical'] }, deny: 'not here' },
    ],
    { groups: { net: ['ivan', 'omar'] } },
  );

const loose = (): Rules =>
  ruleFile([
    { id: 'free', match: { risk: ['low', 'medium', 'high'] }, need: [] },
    { id: 'critical', match: { risk: ['critical'] }, need: [{ count: 1, role: 'operator' }] },
  ]);

const alone = (): Rules =>
  ruleFile([
    { id: 'alone', match: { role: ['admin'] }, alone: true, cooldown: '30s' },
    {
      id: 'asked',
      match: { role: ['operator'] },
      need: [{ count: 1, role: 'admin' }],
      confirm: 'type_target',
    },
  ]);

/** The rule files that are put in force by turns, from what most sites have to what nobody should. */
export const BOOKS: readonly Book[] = [
  { rules: twoPerson(), asks: (risk) => TWO_PERSON[risk], voteValidFor: DAY, net: [] },
  { rules: tight(), asks: (risk) => TIGHT[risk], voteValidFor: 900_000, net: ['ivan', 'omar'] },
  {
    rules: loose(),
    asks: (risk) => ({ asker: 'operator', places: risk === 'critical' ? ['operator'] : [] }),
    voteValidFor: DAY,
    net: [],
  },
  {
    rules: alone(),
    asks: (_, requester) =>
      requester === 'admin'
        ? { asker: 'operator', places: [], typed: true, rest: 30_000 }
        : { asker: 'operator', places: ['admin'], typed: true },
    voteValidFor: DAY,
    net: [],
  },
];
