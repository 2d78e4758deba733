import type { Asking } from './command.ts';
import { isNode } from './nodes.ts';

/** `NAME [NODE] …` as the words of an ask, the node first. It need not be named where only one `could` be meant. */
export const withNode = (
  asking: Asking,
  [id, ...rest]: readonly string[],
  could: readonly string[],
): readonly string[] => {
  const [first, ...more] = rest;
  if (first !== undefined && isNode(asking, first))
    return [first, ...(id === undefined ? [] : [id]), ...more];
  const [only] = could.length === 1 ? could : [];
  return only === undefined || id === undefined ? [] : [only, id, ...rest];
};
