import { type ApplyProblem, Stopped, stoppingAt } from './apply-problem.ts';
import type { Change, ChangeSet } from './change.ts';
import { below, metaOf, sameMeta } from './meta.ts';

const obstacleAt = (root: string, { path, before, after }: Change): ApplyProblem | undefined => {
  const now = metaOf(below(root, path));
  if (!sameMeta(now, before)) return { problem: 'differs', path };
  const parts = now?.type === 'file' && now.nlink > 1 && after !== null;
  return parts ? { problem: 'hard-linked', path } : undefined;
};

/** What stands against applying these changes now. Looks, and touches nothing. */
export const obstacle = (root: string, changes: ChangeSet): ApplyProblem | undefined => {
  try {
    for (const change of changes) {
      const problem = stoppingAt(change.path, () => obstacleAt(root, change));
      if (problem) return problem;
    }
    return undefined;
  } catch (error) {
    if (error instanceof Stopped) return error.problem;
    throw error;
  }
};
