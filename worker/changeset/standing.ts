import { codeOf } from '../error-code.ts';
import type { BytePath, ChangeSet, Meta } from './change.ts';
import { type HostTree, look, type OpenTree, openTree } from './host-tree.ts';
import { sameMeta } from './read-meta.ts';

/** How the paths of a set are on the host: all as it found them, all as it leaves them, or these `others` are not like the rest. */
export type Standing =
  | { readonly stands: 'before' | 'after' }
  | { readonly stands: 'neither'; readonly others: readonly BytePath[] };

/** A path that something was mounted over is none that the set knows. */
const lookOrNone = (tree: OpenTree, path: BytePath): Meta | null | undefined => {
  try {
    return look(tree, path);
  } catch (error) {
    if (codeOf(error) === 'EXDEV') return undefined;
    throw error;
  }
};

/** Looks at every path of a set and writes nothing. */
export const standing = (host: HostTree, changes: ChangeSet): Standing => {
  const tree = openTree(host);
  try {
    const looked = changes.map(({ path, before, after }) => {
      const now = lookOrNone(tree, path);
      const is = (side: Meta | null): boolean => now !== undefined && sameMeta(now, side);
      return { path, before: is(before), after: is(after) };
    });
    const [notBefore, notAfter] = (['before', 'after'] as const).map((side) =>
      looked.filter((one) => !one[side]).map(({ path }) => path),
    ) as [BytePath[], BytePath[]]; // two sides in, two lists out
    if (notBefore.length === 0) return { stands: 'before' };
    if (notAfter.length === 0) return { stands: 'after' };
    return { stands: 'neither', others: notBefore.length < notAfter.length ? notBefore : notAfter };
  } finally {
    tree.close();
  }
};
