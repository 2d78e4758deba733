import { isRevertAsStrong } from '../change/revert.ts';
import { matchSlots } from '../change/slots.ts';
import type { StandIn } from '../change/stand-in.ts';
import { type Need, slotsOf } from '../change/vote.ts';
import type { Decision, Terms } from '../decide/decision.ts';
import { isAsStrictGlass } from '../decide/glass-terms.ts';
import { atLeast } from '../person.ts';
import type { Rules } from '../rules/schema.ts';
import { standInsOf } from '../rules/stand-in.ts';
import { isWithin } from './window-within.ts';

/** Does everybody who fills a place of `strong` fill one of `weak` too, whoever they are? */
export type Covers = (strong: Need, weak: Need) => boolean;

/** What a file says about who people are when they vote. */
type Voting = Pick<Rules, 'groups'> & Partial<Pick<Rules, 'zone' | 'stand_ins'>>;

/** Stand-ins of `ours` that `theirs` does not have, or not for all of that time. */
const newStandIns = (ours: Voting, theirs: Voting): readonly StandIn[] =>
  standInsOf(ours).filter(
    (one) =>
      !standInsOf(theirs).some(
        (old) => old.for === one.for && old.by === one.by && old.from <= one.from && one.until <= old.until,
      ),
  );

/**
 * Places that are filled by `ours`, seen from places that were filled by `theirs`: a group may have other members in another
 * file, and somebody may stand in for them, or for anybody of a role.
 */
export const coversBetween = (ours: Voting, theirs: Voting): Covers => {
  const more = newStandIns(ours, theirs);
  return (strong, weak) => {
    if ('role' in strong) return 'role' in weak && more.length === 0 && atLeast(strong.role, weak.role);
    if ('role' in weak) return false;
    const [members, others] = [ours.groups[strong.group], theirs.groups[weak.group]];
    if (members === undefined || others === undefined) return strong.group === weak.group;
    const lent = more.some((one) => members.includes(one.for) && !others.includes(one.by));
    return !lent && members.every((member) => others.includes(member));
  };
};

const sameFile: Covers = coversBetween({ groups: {} }, { groups: {} });

/**
 * Does every set of people that fills the places of `strong` fill those of `weak`? Each place of `weak` needs one of `strong`
 * for itself that covers it; where there is none, people who fit their own place and nothing else are the counterexample.
 */
export const needsCover = (strong: readonly Need[], weak: readonly Need[], covers = sameFile): boolean => {
  const found = matchSlots(slotsOf(weak), slotsOf(strong), (softer, harder) => covers(harder, softer));
  return found.every((place) => place !== null);
};

type AtLeast = (a: Terms, b: Terms, covers: Covers) => boolean;

/** One line a term, so that a new one cannot be forgotten here. */
const AT_LEAST: { readonly [K in keyof Terms]: AtLeast } = {
  needs: (a, b, covers) => needsCover(a.needs, b.needs, covers),
  expires: (a, b) => a.expires <= b.expires,
  voteValidFor: (a, b) => a.voteValidFor <= b.voteValidFor,
  cooldown: (a, b) => a.cooldown >= b.cooldown,
  reason: (a, b) => a.reason || !b.reason,
  confirm: (a, b) => a.confirm || !b.confirm,
  secondFactor: (a, b) => a.secondFactor || !b.secondFactor,
  alone: (a, b) => a.needs.length > 0 || a.alone || !b.alone,
  revert: (a, b) => isRevertAsStrong(a.revert, b.revert),
  glass: (a, b, covers) => isAsStrictGlass(a.glass, b.glass, covers),
  windows: (a, b) => b.windows.every((outer) => a.windows.some((inner) => isWithin(inner, outer))),
};

/** Whatever passes `a` passes `b`: a no is stricter than everything, and else each term is at least as strict. */
export const isAtLeastAsStrict = (a: Decision, b: Decision, covers: Covers = sameFile): boolean => {
  if (a.verdict === 'refuse') return true;
  if (b.verdict === 'refuse') return false;
  return Object.values(AT_LEAST).every((holds) => holds(a, b, covers));
};

/** Which terms of a granted decision differ from those of another. */
export const differingTerms = (a: Terms, b: Terms): readonly (keyof Terms)[] =>
  // AT_LEAST has exactly the keys of Terms, which Object.keys forgets.
  (Object.keys(AT_LEAST) as (keyof Terms)[]).filter(
    (key) => JSON.stringify(a[key]) !== JSON.stringify(b[key]),
  );
