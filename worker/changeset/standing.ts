import { codeOf } from '../error-code.ts';
import type { BytePath, ChangeSet, Meta } from './change.ts';
import { type HostTree, look, type OpenTree, openTree } from './host-tree.ts';
import { sameMeta } from './read-meta.ts';

/** How the paths of a set are on the host; `neither`: this one is as the set neither found nor leaves it, or some are the one and some the other. */
export type Standing =
  | { readonly stands: 'before' | 'after' }
  | { readonly stands: 'neither'; readonly path: BytePath };

/** A path that something was mounted over is none that the set knows. */
const lookOrNone = (tree: OpenTree, path: BytePath): Meta | null | undefined => {
  try {
    return look(tree, path);
  } catch (error) {
    if (codeOf(error) === 'EXDEV') return undefined;
    throw error;
  }
};

const sidesOf = (
  tree: OpenTree,
  { path, before, after }: ChangeSet[number],
): readonly ('before' | 'after')[] => {
  const now = lookOrNone(tree, path);
  if (now === undefined) return [];
  return [
    ...(sameMeta(now, before) ? (['before'] as const) : []),
    ...(sameMeta(now, after) ? (['after'] as const) : []),
  ];
};

/** Looks at every path of a set and writes nothing. */
export const standing = (host: HostTree, changes: ChangeSet): Standing => {
  const tree = openTree(host);
  try {
    let sides: readonly ('before' | 'after')[] = ['before', 'after'];
    for (const change of changes) {
      const here = sidesOf(tree, change);
      sides = sides.filter((side) => here.includes(side));
      if (sides.length === 0) return { stands: 'neither', path: change.path };
    }
    return { stands: sides[0] ?? 'before' };
  } finally {
    tree.close();
  }
};
