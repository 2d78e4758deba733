import type { Asking } from './command.ts';

/** Every node that is known, with its site before it. */
export const nodesOf = ({ sight }: Asking): readonly string[] =>
  sight
    .inventories()
    .flatMap(({ site, nodes }) => (nodes.known ? nodes.value.map(({ node }) => `${site}/${node}`) : []));

/** `NAME [NODE] …` as the words of an ask, the node first. It need not be named where only one `could` be meant. */
export const withNode = (
  asking: Asking,
  [id, ...rest]: readonly string[],
  could: readonly string[],
): readonly string[] => {
  const isNode = (text: string | undefined): boolean =>
    nodesOf(asking).some((one) => one === text || one.endsWith(`/${text}`));
  const [first, ...more] = rest;
  if (first !== undefined && isNode(first)) return [first, ...(id === undefined ? [] : [id]), ...more];
  const [only] = could.length === 1 ? could : [];
  return only === undefined || id === undefined ? [] : [only, id, ...rest];
};
