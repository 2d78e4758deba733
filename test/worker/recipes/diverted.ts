import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import type { Effect } from '#policies/effect';
import type { Recipe } from '#policies/recipes/recipe';
import type { Roots } from '#test/fake/host/root';
import { lookAt } from '#worker/effects/table';
import { planRecipe } from '#worker/recipes/plan-recipe';
import { applied, applyAll, hostAt, inverses, NODE, planned } from './carried-out.ts';

const shipped = readRecipes(RECIPES).get('pigz-gzip');

/** The recipe without the package: what is called pigz here writes down that it was asked. */
const recipe = (): Recipe => ({
  ...(shipped ?? assert.fail('no recipe pigz-gzip')),
  packages: { install: [], may_remove: [] },
});

/** Compresses as gzip does, and says that it was called and with what. */
const PIGZ = '#!/bin/sh\necho "$*" >>/run/fake/pigz\nexec /bin/gzip.distrib "$@"\n';

const layPigz = (root: string): void => {
  const path = join(root, 'usr/bin/pigz');
  writeFileSync(path, PIGZ);
  chmodSync(path, 0o755);
};

const inside = (root: string, command: string, env: NodeJS.ProcessEnv = {}) =>
  spawnSync('chroot', [root, 'sh', '-c', command], {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...env },
  });

const asked = (root: string): readonly string[] => {
  const path = join(root, 'run/fake/pigz');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
  rmSync(path, { force: true });
  return lines;
};

const look = (root: string, effect: Effect) =>
  lookAt({ host: { root }, api: null, network: null }, effect, { upid: null, since: 0 });

const SAYS = 'what is written can be read again\n';

/** gzip is what it was for all that reads, and for options that pigz has otherwise or not at all. */
export const wrapped = (roots: Roots): Promise<void> =>
  roots.fresh(async ({ root }) => {
    await applyAll(root, (await planned(root, recipe())).effects);
    writeFileSync(join(root, 'tmp/text'), SAYS);
    const { stdout: alone } = inside(root, 'gzip -9c /tmp/text');
    assert.equal(gunzipSync(alone).toString(), SAYS, 'without pigz');
    layPigz(root);
    const both: readonly [command: string, pigz: readonly string[], env?: NodeJS.ProcessEnv][] = [
      ['gzip -9c /tmp/text', ['-9c /tmp/text']],
      ['gzip --best --stdout /tmp/text', ['--best --stdout /tmp/text']],
      ['gzip <"/tmp/text"', ['']],
      ['gzip - <"/tmp/text"', ['-']],
      ['gzip -c -S .z /tmp/text', []],
      ['gzip -cv /tmp/text', []],
      ['gzip --synchronous -c /tmp/text', []],
      ['gzip -c -- /tmp/text', []],
      ['gzip -c /tmp/text', [], { GZIP: '-1' }],
    ];
    for (const [command, pigz, env] of both) {
      const { stdout, status } = inside(root, command, env);
      assert.equal(status, 0, command);
      assert.equal(gunzipSync(stdout).toString(), SAYS, command);
      assert.deepEqual(asked(root), pigz, command);
    }
    const read = inside(
      root,
      'gzip -k /tmp/text && zcat /tmp/text.gz && gunzip -c /tmp/text.gz && gzip -l /tmp/text.gz',
    );
    assert.equal(read.status, 0);
    assert.ok(read.stdout.toString().startsWith(SAYS + SAYS));
    assert.deepEqual(asked(root), ['-k /tmp/text'], 'nothing that reads');
  });

const only = (effects: readonly Effect[]): Extract<Effect, { kind: 'diversion' }> => {
  const [effect] = effects;
  return effect?.kind === 'diversion' ? effect : assert.fail(JSON.stringify(effect));
};

/** Killed anywhere, it is put back by looking, and there was a gzip at every moment. */
export const cutShort = (roots: Roots): Promise<void> =>
  roots.fresh(async ({ root }) => {
    const effect = only((await planned(root, recipe())).effects);
    const [path, kept] = [join(root, 'usr/bin/gzip'), join(root, 'usr/bin/gzip.distrib')];
    const before = readFileSync(path);
    const found = async (one: Effect) => (await look(root, one)).did;
    const divert = (): void => {
      execFileSync(
        'chroot',
        [root, 'dpkg-divert', '--local', '--no-rename', '--divert', effect.to, '--add', effect.path],
        {
          stdio: 'ignore',
        },
      );
    };
    const steps: readonly (() => void)[] = [() => undefined, () => linkSync(path, kept), divert];
    for (let count = 1; count <= steps.length; count += 1) {
      for (const step of steps.slice(0, count)) step();
      assert.equal(await found(effect), 'nothing', `after ${count} steps`);
      assert.deepEqual([readFileSync(path).equals(before), existsSync(kept)], [true, false]);
      assert.equal(inside(root, `dpkg-divert --list ${effect.path}`).stdout.toString(), '');
    }
    await applyAll(root, [effect]);
    assert.equal(await found(effect), 'done');
    const back = only(inverses([effect]));
    renameSync(kept, path);
    assert.equal(await found(back), 'done', 'a way back that was killed before dpkg was told');
    assert.equal(inside(root, `dpkg-divert --list ${effect.path}`).stdout.toString(), '');
    assert.ok(readFileSync(path).equals(before));
  });

/** What somebody else diverted, or made of the wrapper, is theirs. */
export const othersDiversion = (roots: Roots): Promise<void> =>
  roots.fresh(async ({ root }) => {
    const { effects } = await planned(root, recipe());
    await applyAll(root, effects);
    writeFileSync(join(root, 'usr/bin/gzip'), '#!/bin/sh\nexec pigz "$@"\n');
    const ended = await applied(root, only(inverses(effects)));
    assert.equal(ended.did, 'failed', 'a wrapper that was edited stays');
    assert.equal(
      (await look(root, only(inverses(effects)))).did,
      'lost',
      'and looking puts nothing in its place',
    );
    inside(
      root,
      'mv /usr/bin/gzip.distrib /usr/bin/gzip; dpkg-divert --local --no-rename --remove /bin/gzip',
    );
    inside(root, 'dpkg-divert --package zopfli --no-rename --divert /bin/gzip.real --add /bin/gzip');
    const made = await planRecipe(hostAt(root), recipe(), NODE);
    assert.deepEqual(made, {
      ok: false,
      error: {
        no: 'checks-failed',
        checks: [
          {
            check: 'host-setting',
            state: 'stop',
            facts: { key: '/bin/gzip', why: 'diverted to /bin/gzip.real by zopfli' },
          },
        ],
      },
    });
  });

/** A new gzip as its package brings it, by the name that dpkg has it under. */
const buildGzip = (root: string): void => {
  const tree = join(root, 'tmp/tree');
  for (const folder of ['DEBIAN', 'bin']) mkdirSync(join(tree, folder), { recursive: true });
  const fields = [
    'Package: gzip',
    'Version: 9:99',
    'Architecture: all',
    'Maintainer: T <t@example.org>',
    'Description: t',
  ];
  writeFileSync(join(tree, 'DEBIAN/control'), `${fields.join('\n')}\n`);
  writeFileSync(join(tree, 'bin/gzip'), '#!/bin/sh\necho new\n', { mode: 0o755 });
  execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, join(root, 'tmp/gzip.deb')], {
    stdio: 'ignore',
  });
};

/** dpkg updates the program beside the wrapper, and the way back leads to what the package has by then. */
export const updatedBeneath = (roots: Roots): Promise<void> =>
  roots.fresh(async ({ root }) => {
    const { effects } = await planned(root, recipe());
    await applyAll(root, effects);
    buildGzip(root);
    const { status, stderr } = inside(root, 'dpkg --force-all -i /tmp/gzip.deb');
    assert.equal(status, 0, stderr.toString());
    assert.match(readFileSync(join(root, 'usr/bin/gzip'), 'utf8'), /recipe pigz-gzip/);
    assert.match(readFileSync(join(root, 'usr/bin/gzip.distrib'), 'utf8'), /echo new/);
    await applyAll(root, inverses(effects));
    assert.match(readFileSync(join(root, 'usr/bin/gzip'), 'utf8'), /echo new/);
    assert.equal(existsSync(join(root, 'usr/bin/gzip.distrib')), false);
  });
