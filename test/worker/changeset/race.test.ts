import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { apply } from '#worker/changeset/apply';
import { metaOf } from '#worker/changeset/meta';
import { type Sealed, seal } from '#worker/changeset/seal';
import { openScratch, type Scratch } from './host.ts';
import { noOverlay } from './overlay.ts';
import { treeOf } from './tree.ts';

const TRIES = 200;

/** Puts a link to the victim in the folder's place and takes it away, for as long as it runs. */
const ATTACK = `
$| = 1; my ($folder, $victim) = @ARGV; print "ready\\n";
while (1) {
  rename $folder, "$folder.away"; symlink $victim, $folder; select undef, undef, undef, 0.0002;
  unlink $folder; rename "$folder.away", $folder; select undef, undef, undef, 0.004;
}`;

/** Two new files of these names, one in the folder that is attacked and one deeper. */
const files = ({ store, root }: Scratch, i: number): Sealed => {
  const sample = join(root, 'etc/one');
  const after = metaOf(sample);
  const changes = ['/etc/skel', '/etc/skel/deep'].map((folder) => ({
    path: `${folder}/new-${i}`,
    before: null,
    after,
  }));
  return seal(store, changes, () => sample);
};

describe('While somebody puts a link in the place of a folder', { skip: noOverlay() }, () => {
  it('nothing is ever written behind it', async (context) => {
    const scratch = openScratch();
    const victim = join(scratch.folder, 'victim');
    for (const path of [victim, join(victim, 'deep'), scratch.store]) mkdirSync(path);
    const untouched = treeOf(victim);
    const attacker = spawn('perl', ['-e', ATTACK, join(scratch.root, 'etc/skel'), victim]);
    const counts = { applied: 0, refused: 0 };
    try {
      await once(attacker.stdout, 'data');
      for (let i = 0; i < TRIES; i += 1) {
        const done = apply(scratch, `tx-${i}`, files(scratch, i));
        counts[done.ok ? 'applied' : 'refused'] += 1;
        assert.deepEqual(treeOf(victim), untouched, 'the victim is as it was');
      }
    } finally {
      attacker.kill('SIGKILL');
      await once(attacker, 'exit');
      scratch.close();
    }
    context.diagnostic(`${counts.applied} applied, ${counts.refused} refused`);
    assert.ok(counts.applied > 20 && counts.refused > 20);
  });
});
