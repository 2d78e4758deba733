import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { apply } from '#worker/changeset/apply';
import type { Sealed } from '#worker/changeset/seal';
import { recover, undo } from '#worker/changeset/undo';
import { memory, Rehearsal, unable } from './rehearse.ts';
import { treeState } from './tree-state.ts';

const CHILD = join(import.meta.dirname, 'killed-child.ts');

/** One of so many pairs of points is run, at every other point; 1 runs them all, which takes a quarter of an hour. */
const EVERY = Number(process.env['QUORATE_TEST_EVERY_PAIR'] ?? 11);

const TREE =
  'mkdir -p a/gone s; echo 1 > a/one; echo 2 > a/gone/x; ln -s one a/link; echo f > swap; echo s > s/in';
const SCRIPT = `echo >> a/one; rm -r a/gone; chmod 2700 a; chown 3:4 a; ln -sfn two a/link
  mkdir n; echo n > n/n; rm swap; mkdir swap; echo in > swap/in; rm -r s; echo file > s`;

type Stage = { readonly rehearsal: Rehearsal; readonly sealed: Sealed };
type Kill = { readonly work: 'apply' | 'recover' | 'undo'; readonly point: number };

/** True where the process was killed at that point, false where it came to its end before. */
const killed = ({ rehearsal, sealed }: Stage, kill: Kill): boolean => {
  const orders = JSON.stringify({ ...kill, folder: rehearsal.folder, digest: sealed.digest });
  const env = { ...process.env, NODE_COMPILE_CACHE: join(rehearsal.folder, 'compiled') };
  const run = spawnSync(process.execPath, [CHILD, orders], { env, encoding: 'utf8' });
  assert.ok(run.signal === 'SIGKILL' || run.status === 0, run.stderr);
  return run.signal === 'SIGKILL';
};

describe('killed at any point, and at any point of the recovery, it is the old tree or the new:', {
  skip: unable,
}, () => {
  for (const work of ['apply', 'undo'] as const)
    test(work, () => {
      using rehearsal = new Rehearsal(TREE, memory);
      const { shop, root } = rehearsal;
      const stage = { rehearsal, sealed: rehearsal.sealed(SCRIPT) };
      const old = treeState(root);
      assert.ok(apply(shop, stage.sealed, 't').ok);
      const young = treeState(root);
      assert.ok(undo(shop, 't').ok);

      const begin = (point: number): boolean => {
        if (work === 'undo') assert.ok(apply(shop, stage.sealed, 't').ok);
        return killed(stage, { work, point });
      };
      const check = (what: string): void => {
        recover(shop);
        const committed = isDeepStrictEqual(treeState(root), young);
        if (committed) assert.ok(undo(shop, 't').ok, what);
        assert.deepEqual(treeState(root), old, what);
        assert.deepEqual(recover(shop), [], what);
      };
      let [points, pairs] = [0, 0];
      for (let point = 1; begin(point); point += 1) {
        check(`${work} ${point}`);
        points += 1;
        if (EVERY > 1 && point % 2 === 1) continue;
        for (let again = 1 + (point % EVERY); ; again += EVERY) {
          begin(point);
          const twice = killed(stage, { work: 'recover', point: again });
          check(`${work} ${point}, recover ${again}`);
          if (!twice) break;
          pairs += 1;
        }
      }
      check(`${work} whole`);
      assert.ok(points > 15 && pairs >= 5, `${points} points, ${pairs} pairs`);
    });
});
