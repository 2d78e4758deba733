import type { Need } from '../change/vote.ts';
import type { BreakGlass, Rate } from '../rules/break-glass.ts';
import type { Who } from '../rules/who.ts';

/**
 * On which terms the missing votes may be left out: by somebody who is each of `who`, at most so often by each of `most`, with
 * fewer than `maxOpen` reviews owed, and the next one written within `reviewWithin` (ms). `skipsWindows`: a closed window
 * does not hold it up.
 */
export type GlassTerms = {
  readonly who: readonly Who[];
  readonly reviewWithin: number;
  readonly most: readonly Rate[];
  readonly maxOpen: number;
  readonly skipsWindows: boolean;
};

/** The terms that a rule file's section says. */
export const glassTerms = ({ who, review_within, most, max_open, windows }: BreakGlass): GlassTerms => ({
  who: [who],
  reviewWithin: review_within,
  most: [most],
  maxOpen: max_open,
  skipsWindows: windows === 'skip',
});

const once = <T>(list: readonly T[]): readonly T[] => [
  ...new Map(list.map((one) => [JSON.stringify(one), one])).values(),
];

/** Terms that keep both: where one of two files has no break-glass there is none. */
export const bothGlasses = (a: GlassTerms | null, b: GlassTerms | null): GlassTerms | null =>
  a &&
  b && {
    who: once([...a.who, ...b.who]),
    reviewWithin: Math.min(a.reviewWithin, b.reviewWithin),
    most: once([...a.most, ...b.most]),
    maxOpen: Math.min(a.maxOpen, b.maxOpen),
    skipsWindows: a.skipsWindows && b.skipsWindows,
  };

const asNeed = (who: Who): Need => ({ count: 1, ...who });

/** Whatever passes `a` passes `b`. `covers`: is everybody who is the first also the second? */
export const isAsStrictGlass = (
  a: GlassTerms | null,
  b: GlassTerms | null,
  covers: (strong: Need, weak: Need) => boolean,
): boolean => {
  if (a === null) return true;
  if (b === null) return false;
  return (
    b.who.every((weak) => a.who.some((strong) => covers(asNeed(strong), asNeed(weak)))) &&
    b.most.every(({ count, per }) => a.most.some((rate) => rate.count <= count && rate.per >= per)) &&
    a.reviewWithin <= b.reviewWithin &&
    a.maxOpen <= b.maxOpen &&
    (!a.skipsWindows || b.skipsWindows)
  );
};
