import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { noRoots, openRoots } from '#test/fake/host/root';
import { readPackage } from '#worker/shell/dpkg';
import { applyAll, inverses, planned, recipeWith } from './carried-out.ts';

const updated = (root: string): boolean => {
  writeFileSync(join(root, 'etc/apt/sources.list'), 'deb http://deb.debian.org/debian trixie main\n');
  const args = [root, 'apt-get', 'update', '-q', '-o=Acquire::Retries=0', '-o=Acquire::http::Timeout=10'];
  const { status, stderr } = spawnSync('chroot', args, { encoding: 'utf8' });
  return status === 0 && !/Failed to fetch http:\/\/deb\.debian\.org/.test(stderr);
};

it('a real package of Debian comes with what it needs, and all of it goes again', {
  skip: noRoots(),
}, async (t) => {
  const roots = openRoots('trixie', []);
  try {
    await roots.fresh(async ({ root }) => {
      if (!updated(root)) return t.skip('the mirror cannot be reached');
      const { effects } = await planned(root, recipeWith({ packages: { install: ['htop', 'iftop'] } }));
      const [effect] = effects;
      assert.ok(effect?.kind === 'package' && effect.changes.length > 2, 'they need libraries');
      const versions = () =>
        Promise.all(effect.changes.map(async ({ name }) => (await readPackage(root, name)).version));
      await applyAll(root, effects);
      assert.deepEqual(
        await versions(),
        effect.changes.map(({ after }) => after?.version),
      );
      await applyAll(root, inverses(effects));
      assert.deepEqual(
        await versions(),
        effect.changes.map(() => null),
      );
    });
  } finally {
    roots.close();
  }
});
