import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { RECIPES, readRecipes } from '#db/config/read-recipes';
import { NodeName } from '#policies/ids';
import { Recipe } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { FILE } from '#worker/effects/file';
import type { RecipeHost } from '#worker/recipes/host';
import { hostBasisNow } from '#worker/recipes/host-basis';
import { planRecipe } from '#worker/recipes/plan-recipe';

let root = '';
let host: RecipeHost;
const node = NodeName.parse('pve1');
const PATH = '/etc/apt/apt.conf.d/99quorate-no-translations';
const recipe = readRecipes(RECIPES).get('apt-no-translations');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'quorate-recipe-'));
  mkdirSync(join(root, 'etc/apt/apt.conf.d'), { recursive: true });
  mkdirSync(join(root, 'usr/lib'), { recursive: true });
  writeFileSync(join(root, 'usr/lib/os-release'), 'NAME="Debian"\nID=debian\nVERSION_CODENAME=trixie\n');
  const owner = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  host = { root, owner, aptValue: async () => ok('en'), access: null };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const plan = async (on: RecipeHost = host) => {
  assert.ok(recipe);
  return planRecipe(on, recipe, node);
};
const draft = async () => {
  const made = await plan();
  assert.ok(made.ok, JSON.stringify(made));
  return made.value;
};

test('a recipe is planned as the file with both its states, and nothing is touched', async () => {
  const made = await draft();
  assert.deepEqual(
    made.effects.map(
      (effect) => effect.kind === 'file' && [effect.path, effect.before, effect.after?.content],
    ),
    [[PATH, null, 'Acquire::Languages "none";\n']],
  );
  assert.deepEqual(made.basis, [
    { of: `file ${PATH}`, value: 'absent' },
    { of: 'apt-config Acquire::Languages', value: '"en"' },
  ]);
  assert.equal((await draft()).effects.length, 1);
});

test('where the host is as the recipe wants it there is nothing to do', async () => {
  const [effect] = (await draft()).effects;
  assert.ok(effect?.kind === 'file');
  await FILE.apply({ host }, effect, () => undefined);
  assert.deepEqual(await plan(), { ok: false, error: { no: 'nothing-to-do' } });
});

test('the basis moves with the bytes, the mode and what apt says', async () => {
  const { basis } = await draft();
  assert.deepEqual(await hostBasisNow(host, basis), basis);
  writeFileSync(join(root, PATH), '', { mode: 0o600 });
  const touched = await hostBasisNow({ ...host, aptValue: async () => ok(null) }, basis);
  assert.match(touched[0]?.value ?? '', /^e3b0c44298fc1c149afbf4c8996fb924.* 0600 \d+:\d+$/);
  assert.equal(touched[1]?.value, 'null');
});

test('a host of another release, or of another family, is refused with what it is', async () => {
  for (const [text, why] of [
    ['ID=debian\nVERSION_CODENAME=buster\n', /Debian buster/],
    ['ID=ubuntu\nVERSION_CODENAME=trixie\n', /unknown/],
  ] as const) {
    writeFileSync(join(root, 'usr/lib/os-release'), text);
    const made = await plan();
    assert.ok(!made.ok && made.error.no === 'recipe-not-for-this-host');
    assert.match(made.error.why, why);
  }
});

test('a host where apt cannot be asked is refused', async () => {
  const failure = { failure: 'not-started' as const, code: null, stderr: '' };
  const made = await plan({ ...host, aptValue: async () => no(failure) });
  assert.ok(!made.ok && made.error.no === 'recipe-not-for-this-host');
});

test('something that is no regular file in the place stops the plan', async () => {
  mkdirSync(join(root, PATH));
  const made = await plan();
  assert.ok(!made.ok && made.error.no === 'checks-failed');
  assert.equal(made.error.checks[0]?.facts['path'], PATH);
});

test('a recipe can name no path with dots, no unknown key and no mode beyond octal', () => {
  assert.ok(recipe);
  const file = { path: '/etc/x', content: 'x', mode: '0644' };
  const with_ = (rest: object): boolean =>
    Recipe.safeParse({
      id: 'x',
      title: 'x',
      subsystem: 'shell',
      for: { debian: ['trixie'] },
      files: [{ ...file, ...rest }],
    }).success;
  assert.ok(with_({}));
  assert.deepEqual(
    [{ path: '/etc/../x' }, { path: 'etc/x' }, { path: '/etc/$(x)' }, { run: 'rm' }, { mode: '0999' }].map(
      with_,
    ),
    [false, false, false, false, false],
  );
});
