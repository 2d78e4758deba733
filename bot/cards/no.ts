import type { Line } from '../chat/card.ts';
import type { Words } from './words.ts';

/** The words for refusals: a row for each kind, for exactly that kind. */
export type No<R extends { no: string }> = {
  readonly [N in R['no']]: (words: Words, refusal: Extract<R, { no: N }>) => Line;
};
