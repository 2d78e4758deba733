import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Suite } from '#test/fake/host/debian-tar';
import { noRoots, openRoots, type Root, type Roots } from '#test/fake/host/root';
import { apply } from '#worker/changeset/apply';
import type { ChangeSet } from '#worker/changeset/change';
import { scan } from '#worker/changeset/scan';
import { undo } from '#worker/changeset/undo';
import { placesIn, workshop } from '#worker/scripts/places';
import { planScript } from '#worker/scripts/plan-script';

const CORPUS = join(import.meta.dirname, '../../fixture/scripts');

/** Those that change nothing in the end. */
const EMPTY = ['nothing', 'undone-again'];

/**
 * Makes the folders that the corpus moves or removes new in the overlay that stands for a host: overlayfs refuses to rename
 * those of its lower layer (EXDEV), which no file system of a node does.
 */
const settle = (root: string): void => {
  const anew =
    'for each in etc/skel etc/cron.daily; do cp -a $each $each.new; rm -r $each; mv $each.new $each; done';
  execFileSync('sh', ['-ec', anew], { cwd: root });
};

/** What lies in an overlay's upper folder, but for where displaced entries are kept. */
const changesOf = ({ lower, upper }: Root): ChangeSet => {
  const found = scan([{ mount: '/', lower, upper }]);
  assert.ok(found.ok, JSON.stringify(found));
  return found.value.changes.filter(({ path }) => !path.startsWith('/.quorate-changes'));
};

/** Every script of the corpus on a root of Debian: run bare on one copy, rehearsed and applied on another. */
export const holdCorpus = (suite: Suite): void => {
  void describe(`On ${suite}, what a script does bare is what its plan does, and undone it is what was there:`, {
    skip: noRoots(),
  }, () => {
    let roots: Roots;
    before(() => {
      roots = openRoots(suite, []);
    });
    after(() => roots.close());

    const bare = (script: string): Promise<{ readonly changes: ChangeSet; readonly code: number | null }> =>
      roots.fresh(async (at) => {
        settle(at.root);
        const { status } = spawnSync('chroot', [at.root, 'sh', '-c', script], { stdio: 'ignore' });
        return { changes: changesOf(at), code: status };
      });

    for (const file of globSync('*.sh', { cwd: CORPUS }).sort())
      it(basename(file, '.sh'), () =>
        roots.fresh(async (at) => {
          const script = readFileSync(join(CORPUS, file), 'utf8');
          settle(at.root);
          const wanted = await bare(script);
          assert.equal(wanted.changes.length === 0, EMPTY.includes(basename(file, '.sh')));
          const places = placesIn(join(at.root, '..', 'state'), at.root);
          const plan = await planScript(
            { argv: ['sh', '-c', script] },
            { root: at.root, store: places.rehearsals },
            places.store,
          );
          assert.ok(plan.ok, JSON.stringify(plan));
          assert.deepEqual(changesOf(at), [], 'the rehearsal changed nothing');
          assert.equal(plan.value.code, wanted.code);
          assert.deepEqual(plan.value.sealed.changes, wanted.changes);
          if (wanted.changes.length === 0) return;
          const shop = workshop(places, at.root, plan.value.mounts);
          assert.deepEqual(apply(shop, plan.value.sealed, 'tx'), { ok: true, value: true });
          assert.deepEqual(changesOf(at), wanted.changes);
          assert.deepEqual(undo(shop, 'tx'), { ok: true, value: { left: [] } });
          assert.deepEqual(changesOf(at), []);
        }),
      );
  });
};
