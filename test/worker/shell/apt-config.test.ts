import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { aptConfig } from '#worker/shell/apt-config';

const skip = existsSync('/usr/bin/apt-config') ? false : 'apt-config is not installed';

const withRoot = async (body: (root: string, parts: string) => Promise<void>): Promise<void> => {
  const root = await mkdtemp(join(tmpdir(), 'quorate-root-'));
  const parts = join(root, 'etc/apt/apt.conf.d');
  await mkdir(parts, { recursive: true });
  try {
    await body(root, parts);
  } finally {
    await rm(root, { recursive: true });
  }
};

test('apt itself is asked about the system below a root, not about this machine', { skip }, () =>
  withRoot(async (root, parts) => {
    assert.deepEqual(await aptConfig(root, 'Quorate::Test'), { ok: true, value: null });
    await writeFile(join(parts, '99quorate'), 'Quorate::Test "yes";\nQuorate::List { "a"; "b"; };\n');
    assert.deepEqual(await aptConfig(root, 'Quorate::Test'), { ok: true, value: 'yes' });
    assert.deepEqual(await aptConfig(root, 'Quorate::List'), { ok: true, value: 'a b' });
    assert.deepEqual(await aptConfig('/', 'Quorate::Test'), { ok: true, value: null });
  }),
);

test('the languages of apt become "none" with the setting and are something else without', { skip }, () =>
  withRoot(async (root, parts) => {
    const before = await aptConfig(root, 'Acquire::Languages');
    assert.ok(before.ok);
    assert.notEqual(before.value, 'none');
    await writeFile(join(parts, '99translations'), 'Acquire::Languages "none";\n');
    assert.deepEqual(await aptConfig(root, 'Acquire::Languages'), { ok: true, value: 'none' });
  }),
);

test('a root that would end the quotes in the configuration of apt is refused', async () => {
  await assert.rejects(aptConfig('/x"; Evil "1', 'Dir'), RangeError);
});
