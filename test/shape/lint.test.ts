import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');
const planted = join(root, 'test', 'fixture', 'shape', 'lint');

/** The part of oxlint's JSON report that is read here. */
const Report = z.object({
  number_of_files: z.number(),
  diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })),
});

const lint = (folder: string): z.infer<typeof Report> => {
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const run = spawnSync(process.execPath, [oxlint, '--format=json'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return Report.parse(JSON.parse(run.stdout));
};

/** A planted file is named after the rule it breaks; what follows the rule's name is its own affair. */
const files = globSync('**/*.ts', { cwd: planted }).filter((path) => !path.endsWith('no-cycle-two.ts'));

describe('the linter, in a tree of planted files with our configuration,', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quorate-lint-'));
  let report: z.infer<typeof Report>;

  before(() => {
    cpSync(planted, folder, { recursive: true });
    for (const name of ['.oxlintrc.json', 'tsconfig.json', 'package.json'])
      cpSync(join(root, name), join(folder, name));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    report = lint(folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('sees every file', () => assert.ok(report.number_of_files > files.length && files.length > 15));

  for (const path of files)
    it(`complains of ${path}`, () => {
      const codes = report.diagnostics
        .filter(({ filename }) => filename.endsWith(path))
        .map(({ code }) => code);
      const fired = codes.some((code) => basename(path).startsWith(/\((.*)\)/.exec(code)?.[1] ?? '\0'));
      assert.ok(fired, `its rule is silent; heard: ${codes.join(', ') || 'nothing'}`);
    });
});
