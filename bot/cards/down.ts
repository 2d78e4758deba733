import type { Down } from '#db/ledger/platforms-down';
import type { Line } from '../chat/card.ts';
import { outside, type Words, when } from './words.ts';

/** Chat platforms that do not hear people as they should, one a line. */
export const downLines = (
  words: Words,
  down: readonly (Down & { readonly platform: string })[],
): readonly Line[] =>
  down.map(({ platform, why, since }) =>
    words.say(`down.${why}`, { platform: outside(platform), when: when(since) }),
  );
