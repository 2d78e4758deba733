import { ACTIONS, ActionName } from '#policies/actions';
import { ROLES, type Role } from '#policies/person';

/** A rule in the words that Quorate, casbin and Cedar all have: a role, an action, a guest, and a flat yes or no. */
export type EqualRule = {
  readonly role: Role;
  readonly action: ActionName;
  readonly vmid: number;
  readonly allow: boolean;
};

/** What is asked of all three. */
export type EqualRequest = Omit<EqualRule, 'allow'>;

const ASKED = Object.keys(ACTIONS)
  .map((name) => ActionName.parse(name))
  .filter((name) => ACTIONS[name].target === 'guest')
  .slice(0, 8);
const ASKING = ROLES.filter((role) => role !== 'viewer');

const at = <T>(list: readonly T[], index: number): T => {
  const one = list[index % list.length];
  if (one === undefined) throw new Error('an empty list');
  return one;
};

/** The i-th thing that can be asked for. */
const subject = (i: number): EqualRequest => ({
  role: at(ASKING, i),
  action: at(ASKED, i),
  vmid: 100 + Math.floor(i / 4),
});

/** So many rules; every fifth is a no, to what the one before it allows. */
export const equalRules = (count: number): readonly EqualRule[] =>
  Array.from({ length: count }, (_, i) =>
    i % 5 === 4 ? { ...subject(i - 1), allow: false } : { ...subject(i), allow: true },
  );

/** So many requests that the rules speak about, each third of them about a guest of which they say nothing. */
export const equalRequests = (rules: readonly EqualRule[], count: number): readonly EqualRequest[] =>
  Array.from({ length: count }, (_, i) => {
    const { role, action, vmid } = at(rules, i * 7);
    return { role, action, vmid: i % 3 === 0 ? vmid + 5000 : vmid };
  });
