import { type CapName, USUAL_CAPS } from '../rules/caps.ts';
import type { Rules } from '../rules/schema.ts';
import type { Direction } from './diff.ts';

/** A cap that is another number in the second file. A larger one is looser: more can be asked of people at once. */
export type CapRow = {
  readonly cap: CapName;
  readonly before: number;
  readonly after: number;
  readonly direction: Exclude<Direction, 'other'>;
};

/** The caps that become different when the second file takes the place of the first. */
export const capsDiff = ([old, next]: readonly [Rules, Rules]): readonly CapRow[] =>
  // USUAL_CAPS has exactly the names of caps, which Object.keys forgets.
  (Object.keys(USUAL_CAPS) as CapName[]).flatMap((cap) => {
    const [before, after] = [old.caps[cap], next.caps[cap]];
    return before === after ? [] : [{ cap, before, after, direction: after > before ? 'looser' : 'tighter' }];
  });
