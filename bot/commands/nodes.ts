import type { Asking } from './command.ts';

/** Every node that the asker sees, as `home/pve1`. */
export const nodesOf = ({ sight }: Pick<Asking, 'sight'>): readonly string[] =>
  sight
    .inventories()
    .flatMap(({ site, nodes }) => (nodes.known ? nodes.value.map(({ node }) => `${site}/${node}`) : []));

/** Is this the name of a node that the asker sees, with or without its site? */
export const isNode = (asking: Pick<Asking, 'sight'>, text: string): boolean =>
  nodesOf(asking).some((one) => one === text || one.endsWith(`/${text}`));

/** The one node there is, which nobody has to name; undefined where there are others. */
export const onlyNode = (asking: Pick<Asking, 'sight'>): string | undefined => {
  const [first, ...others] = nodesOf(asking);
  return others.length === 0 ? first : undefined;
};
