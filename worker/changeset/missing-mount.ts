import { closeSync } from 'node:fs';
import { codeOf } from '../error-code.ts';
import { openBeneath } from '../libc/directory-calls.ts';
import type { BytePath, Change } from './change.ts';
import { mountOf, type OpenTree } from './host-tree.ts';

const parentOf = (path: BytePath): BytePath => path.slice(0, path.lastIndexOf('/')) || '/';

/** Only a walk that may not cross a mount says that there is one, a bind of the same file system too. */
const isMounted = (tree: OpenTree, mount: BytePath): boolean => {
  const above = mountOf(tree.host, parentOf(mount)).path;
  try {
    closeSync(openBeneath(tree.rootOf(above), mount.slice(above === '/' ? 1 : above.length + 1)));
    return false;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) return false;
    if (code === 'EXDEV') return true;
    throw error;
  }
};

/**
 * A mount that the changes lie on and that is not mounted now: what is in its place is a folder of another one, in which
 * nothing may be changed, and what was displaced waits where nobody can reach it.
 */
export const missingMount = (tree: OpenTree, changes: readonly Change[]): BytePath | undefined => {
  const mounts = new Set(changes.map(({ path }) => mountOf(tree.host, path).path));
  return [...mounts].find((mount) => mount !== '/' && !isMounted(tree, mount));
};
