import { digestOf } from '#db/canonical';
import { no, ok, type Result } from '#policies/result';
import type { BytePath } from './change.ts';
import { type ChangeProblem, Refused, refusable, withinSpace } from './change-problem.ts';
import { checkHost } from './check.ts';
import { mountOf } from './host-tree.ts';
import type { Sealed } from './seal.ts';
import { forget, takeBack } from './take-back.ts';
import { beginTransaction, mark, prepare, unmark } from './transaction.ts';
import { onPath, type Work, type Workshop } from './way.ts';
import { atWork, orderOf, syncMounts, wayOf } from './work.ts';

const stageAll = (work: Work): (string | null)[] =>
  work.changes.map((change, index) => {
    const mount = mountOf(work.tree.host, change.path).path;
    const inode = withinSpace(mount, () => wayOf(work, change).stage(work, index, change));
    work.shop.step('staged');
    return inode;
  });

const performAll = (work: Work): void => {
  for (const index of orderOf(work.changes)) {
    const change = work.changes[index];
    if (change) onPath(change.path, () => wayOf(work, change).perform(work, index, change));
    work.shop.step('performed');
  }
  syncMounts(work);
};

const withLeft = (problem: ChangeProblem, left: readonly BytePath[]): ChangeProblem =>
  problem.problem === 'drift' || problem.problem === 'not-permitted' ? { ...problem, left } : problem;

/** The refusal that an error carries; any other error goes on, once what was begun is cleared away. */
const refused = (error: unknown, clear: () => readonly BytePath[]): Result<never, ChangeProblem> => {
  const left = clear();
  if (error instanceof Refused) return no(withLeft(error.problem, left));
  throw error;
};

const carryOut = (work: Work): Result<true, ChangeProblem> => {
  const { shop, id } = work;
  try {
    performAll(work);
    withinSpace(shop.journal, () => mark(shop.journal, id, 'committed'));
  } catch (error) {
    unmark(shop.journal, id, 'committed');
    return refused(error, () => takeBack(work));
  }
  shop.step('committed');
  return ok(true);
};

/**
 * Carries a sealed change set out on the host as the transaction `id`. All of it is done and on disk, or it is refused
 * and nothing is written: every path was looked at first, and again at the moment of its change.
 */
export const apply = (shop: Workshop, sealed: Sealed, id: string): Result<true, ChangeProblem> => {
  const { digest, changes } = sealed;
  if (digestOf(changes) !== digest) return no({ problem: 'manifest-altered', digest });
  const inodes: (string | null)[] = [];
  return atWork(shop, { id, changes, inodes }, (work) => {
    try {
      checkHost(work.tree, changes);
    } catch (error) {
      return refused(error, () => []);
    }
    const begun = refusable(() => withinSpace(shop.journal, () => beginTransaction(shop.journal, id)));
    if (!begun.ok) return begun;
    shop.step('begun');
    try {
      inodes.push(...stageAll(work));
      syncMounts(work);
      withinSpace(shop.journal, () =>
        prepare(shop.journal, { id, digest, mounts: shop.host.mounts, changes, inodes }),
      );
    } catch (error) {
      return refused(error, () => (forget(work), []));
    }
    shop.step('prepared');
    return carryOut(work);
  });
};
