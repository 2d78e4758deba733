import fc from 'fast-check';
import { ACTIONS, ActionName } from '#policies/actions';
import type { DecisionRequest } from '#policies/decide/request';
import { FACTS } from '#policies/fact';
import { NodeName } from '#policies/ids';
import { MODES } from '#policies/mode';
import { ROLES } from '#policies/person';
import { RISKS } from '#policies/risk';
import type { Rules } from '#policies/rules/schema';
import { somebody } from '../people.ts';
import { asked, ruleFile } from './asked.ts';

const GROUPS = ['net', 'db'];
const TAGS = ['prod', 'web', 'lab'];
const NAMES = Object.keys(ACTIONS).map((name) => ActionName.parse(name));
const some = <T>(...of: readonly T[]) => fc.subarray([...of], { minLength: 1 });

const fact = fc.oneof(
  ...Object.entries(FACTS).map(([name, answers]) =>
    some<string>(...answers).map((wanted) => ({ fact: { [name]: wanted } })),
  ),
);

/** One or two fields, each likely to fit now and then. */
const match = fc
  .array(
    fc.oneof(
      fc.record({ risk: some(...RISKS) }),
      fc.record({ action: some(...NAMES.slice(0, 4), 'guest.destroy') }),
      fc.record({ vmid: fc.constantFrom(['100-199'], ['200-299'], [101]) }),
      fc.record({ node: some('pve1', 'pve2') }),
      fc.record({ pool: some('lab', 'customer') }),
      fc.record({ role: some(...ROLES) }),
      fc.record({ group: some(...GROUPS) }),
      fc.record({ tag: some(...TAGS) }),
      fc.record({ platform: some('console', 'telegram') }),
      fc.record({ mode: some(...MODES) }),
      fact,
    ),
    { minLength: 1, maxLength: 2 },
  )
  .map((fields) => Object.assign({}, ...fields));

export const needs = fc.uniqueArray(
  fc.oneof(
    fc.record({ count: fc.integer({ min: 1, max: 2 }), role: fc.constantFrom('operator' as const, 'admin') }),
    fc.record({ count: fc.constant(1), group: fc.constantFrom(...GROUPS) }),
  ),
  { maxLength: 3, selector: (need) => ('role' in need ? need.role : need.group) },
);

const terms = fc.record(
  {
    who: fc.constantFrom({ role: 'operator' }, { role: 'admin' }, { group: 'net' }),
    expires: fc.constantFrom('5m', '1h'),
    vote_valid_for: fc.constantFrom('10m', '2d'),
    reason: fc.constant('required'),
    confirm: fc.constant('type_target'),
    revert: fc.record({
      after: fc.constantFrom('1m', '3m'),
      keep_by: fc.constantFrom('requester', 'anyone_who_may_approve'),
    }),
    second_factor: fc.constant('totp'),
    window: fc.constantFrom('night', 'weekend'),
  },
  { requiredKeys: [] },
);

const rule = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.record({ match, need: needs }), terms).map(([a, b]) => ({ ...a, ...b })),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.record({ match, alone: fc.constant(true), cooldown: fc.constantFrom('1m', '9m') }), terms)
      .map(([a, b]) => ({ ...b, ...a })),
  },
  { weight: 1, arbitrary: fc.record({ match, deny: fc.constant('no') }) },
);

const CALENDAR = {
  zone: 'Europe/Berlin',
  groups: { net: ['ada'], db: ['omar'] },
  windows: {
    night: { from: '22:00', until: '05:00' },
    weekend: { days: ['sat', 'sun'], from: '00:00', until: '24:00' },
  },
};

const freeze = fc.record(
  {
    from: fc.constantFrom('2026-11-20', '2026-12-20'),
    until: fc.constantFrom('2026-12-21', '2026-12-31T12:00'),
    match,
    reason: fc.constant('quiet'),
  },
  { requiredKeys: ['from', 'until', 'reason'] },
);

const glass = fc.option(
  fc.record({
    who: fc.constantFrom({ role: 'operator' }, { role: 'admin' }, { group: 'net' }),
    max_open: fc.integer({ min: 1, max: 3 }),
    windows: fc.constantFrom('keep', 'skip'),
  }),
  { nil: undefined },
);

/** Rule files that say something about most requests. */
export const ruleFiles: fc.Arbitrary<Rules> = fc
  .tuple(
    fc.array(rule, { maxLength: 6 }),
    fc.array(freeze, { maxLength: 1 }),
    fc.constantFrom('standard', 'standard', 'production'),
    glass,
  )
  .map(([rules, freezes, mode, break_glass]) =>
    ruleFile(
      rules.map((one, no) => ({ id: `r${no}`, ...one })),
      { ...CALENDAR, mode, break_glass, freezes: freezes.map((one, no) => ({ id: `f${no}`, ...one })) },
    ),
  );

const known = fc.record({
  quorum: fc.constantFrom(...FACTS.quorum),
  node_online: fc.constantFrom(...FACTS.node_online),
  guest_kind: fc.constantFrom(...FACTS.guest_kind),
  power: fc.constantFrom(...FACTS.power),
  last_backup: fc.constantFrom(...FACTS.last_backup),
});

/** Somebody of some role, in some groups. */
export const people = fc.record({
  role: fc.constantFrom(...ROLES),
  groups: fc.subarray(GROUPS),
  disabled: fc.constantFrom(false, false, true),
});

/** So many different people. */
export const crowds = fc
  .array(people, { maxLength: 7 })
  .map((all) => all.map(({ role, ...rest }, no) => somebody(`p${no}`, role, rest)));

/** Requests of all kinds, in a year with everything that calendars do. */
export const requests: fc.Arbitrary<DecisionRequest> = fc
  .record({
    at: fc.integer({ min: Date.UTC(2026, 10, 1), max: Date.UTC(2027, 0, 31) }),
    action: fc.constantFrom(...NAMES.slice(0, 4), 'guest.destroy' as const),
    risk: fc.constantFrom(...RISKS),
    requester: people.map(({ role, ...rest }) =>
      somebody('omar', role === 'viewer' ? 'operator' : role, rest),
    ),
    platform: fc.constantFrom('console', 'telegram'),
    node: fc.constantFrom(NodeName.parse('pve1'), NodeName.parse('pve2'), null),
    pool: fc.constantFrom('', 'customer', null),
    tags: fc.oneof(fc.subarray(TAGS), fc.constant(null)),
    registeredTags: fc.subarray(['lab']),
    facts: known,
  })
  .map(asked);
