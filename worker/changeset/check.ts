import { codeOf } from '../error-code.ts';
import { isImmutable } from '../libc/directory-calls.ts';
import type { BytePath, Change } from './change.ts';
import { Refused } from './change-problem.ts';
import { look, lookAt, mountOf, type OpenTree } from './host-tree.ts';
import { missingMount } from './missing-mount.ts';
import { pmxcfsProblem } from './pmxcfs-rules.ts';
import { sameMeta } from './read-meta.ts';
import { STAGES } from './stage.ts';
import { drift, onPath } from './way.ts';

type Check = {
  readonly tree: OpenTree;
  /** Directories that the set makes. */
  readonly made: ReadonlySet<BytePath>;
};

const parentOf = (path: BytePath): BytePath => path.slice(0, path.lastIndexOf('/')) || '/';

const isOwn = ({ tree }: Check, path: BytePath): boolean => {
  const mount = mountOf(tree.host, path).path;
  return `${path}/`.startsWith(`${mount === '/' ? '' : mount}/${STAGES}/`);
};

const checkNew = ({ tree, made }: Check, { path }: Change): void => {
  if (made.has(parentOf(path))) return;
  try {
    if (isImmutable({ fd: tree.at(path).fd, name: '.' })) throw new Refused({ problem: 'immutable', path });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error) ?? '')) throw drift(parentOf(path));
    throw error;
  }
  if (look(tree, path) !== null) throw drift(path);
};

const checkThere = ({ tree }: Check, { path, before, after }: Change): void => {
  const entry = tree.at(path);
  const now = lookAt(entry, path);
  if (!sameMeta(now, before)) throw drift(path);
  // A rename would quietly part the names; taking one name away leaves the others as they are.
  if (now?.type === 'file' && now.nlink > 1 && after !== null)
    throw new Refused({ problem: 'hard-linked', path });
  if (isImmutable(entry) || isImmutable({ fd: entry.fd, name: '.' }))
    throw new Refused({ problem: 'immutable', path });
};

const checkOne = (check: Check, change: Change): void => {
  const { path, before } = change;
  if (isOwn(check, path)) throw new Refused({ problem: 'own-place', path });
  const profile = mountOf(check.tree.host, path).profile;
  const what = profile === 'pmxcfs' ? pmxcfsProblem(change) : undefined;
  if (what !== undefined) throw new Refused({ problem: 'pmxcfs-cannot', path, what });
  onPath(path, () => (before === null ? checkNew(check, change) : checkThere(check, change)));
};

/** Throws Refused at the first path that is not exactly as the set knows it, or that could not be changed. Writes nothing. */
export const checkHost = (tree: OpenTree, changes: readonly Change[]): void => {
  const made = changes.filter(({ after }) => after?.type === 'directory').map(({ path }) => path);
  const check: Check = { tree, made: new Set(made) };
  const gone = missingMount(tree, changes);
  if (gone !== undefined) throw new Refused({ problem: 'other-mount', path: gone });
  for (const change of changes) checkOne(check, change);
};
