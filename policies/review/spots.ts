import type { DecisionRequest } from '../decide/request.ts';
import { FACTS, type FactName, type Facts } from '../fact.ts';
import type { SiteId } from '../ids.ts';
import type { Match } from '../rules/match.ts';
import type { Mentioned } from './mentioned.ts';

type Seen = Pick<DecisionRequest, 'node' | 'pool' | 'tags' | 'platform'>;

/** What rules may see of a target, as far as something is wanted of it. */
export type Spot = Partial<Seen> & {
  readonly site?: SiteId;
  readonly vmid?: number;
  readonly facts?: Partial<Facts>;
};

/** What all of these lists have in common; null where no list is there. */
const common = <T>(lists: readonly (readonly T[] | undefined)[]): readonly T[] | null => {
  const [first, ...others] = lists.filter((list) => list !== undefined);
  return first ? first.filter((one) => others.every((list) => list.includes(one))) : null;
};

const vmidsIn = (list: readonly Match[], { vmids }: Mentioned): readonly number[] | null => {
  const ranges = list.flatMap(({ vmid }) => (vmid ? [vmid] : []));
  if (ranges.length === 0) return null;
  return vmids.filter((vmid) =>
    ranges.every((some) => some.some(({ from, to }) => vmid >= from && vmid <= to)),
  );
};

/** Of a list the one whose turn it is. */
const turn = <T>(list: readonly T[], no: number): readonly T[] => {
  const at = no % list.length;
  return list.slice(at, at + 1);
};

/** A tag of each match; of several tags each once. */
const tagsIn = (list: readonly Match[]): readonly (readonly string[])[] | null => {
  const wanted = list.flatMap(({ tag }) => (tag ? [tag] : []));
  const most = Math.max(0, ...wanted.map((tags) => tags.length));
  if (most === 0) return null;
  return Array.from({ length: most }, (_, no) => wanted.flatMap((tags) => turn(tags, no)));
};

const factsIn = (list: readonly Match[]): readonly (readonly Spot[] | null)[] =>
  // FACTS has exactly the names of facts, which Object.keys forgets.
  (Object.keys(FACTS) as FactName[]).map((name) => {
    const answers = common<string>(list.map(({ fact }) => fact?.[name]));
    return answers && answers.map((answer) => ({ facts: { [name]: answer } }));
  });

const choicesOf = (list: readonly Match[], mentioned: Mentioned): readonly (readonly Spot[])[] =>
  [
    common(list.map(({ site }) => site))?.map((site) => ({ site })),
    vmidsIn(list, mentioned)?.map((vmid) => ({ vmid })),
    common(list.map(({ node }) => node))?.map((node) => ({ node })),
    common(list.map(({ pool }) => pool))?.map((pool) => ({ pool })),
    common(list.map(({ platform }) => platform))?.map((platform) => ({ platform })),
    tagsIn(list)?.map((tags) => ({ tags })),
    ...factsIn(list),
  ].filter((spots) => spots !== undefined && spots !== null);

/**
 * Spots that all of these matches fit: each choice of each field once, as many spots as the longest list of choices has; none
 * where two matches have no choice in common.
 */
export const spotsFor = (list: readonly Match[], mentioned: Mentioned): readonly Spot[] => {
  const choices = choicesOf(list, mentioned);
  if (choices.some((spots) => spots.length === 0)) return [];
  const most = Math.max(1, ...choices.map((spots) => spots.length));
  return Array.from({ length: most }, (_, no) =>
    choices
      .flatMap((spots) => turn(spots, no))
      .reduce<Spot>((all, spot) => ({ ...all, ...spot, facts: { ...all.facts, ...spot.facts } }), {}),
  );
};
