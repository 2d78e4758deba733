import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readListed } from './listed.ts';
import { complaintsAbout, ofThisRun } from './reporter.ts';
import { disagreements, folderOf, type Report, type Survivor, scores } from './survivors.ts';

const FILE = 'policies/decide/terms.ts';
const SOURCE = 'const a = true;\n\n  if (a) {\n    go();\n  }\n';

const mutant = (status: string) => ({
  mutatorName: 'BooleanLiteral',
  replacement: 'false',
  status,
  location: { start: { line: 1, column: 11 }, end: { line: 1, column: 15 } },
});

const report = (...mutants: readonly Report['files'][string]['mutants'][number][]): Report => ({
  files: { [FILE]: { source: SOURCE, mutants } },
});

const entry: Survivor = {
  file: FILE,
  line: 'const a = true;',
  mutator: 'BooleanLiteral',
  from: 'true',
  to: 'false',
  reason: 'nobody can tell the two apart',
};

describe('The lists of survivors', () => {
  it('say nothing against a run in which just what they list survives', () => {
    assert.deepEqual(disagreements(report(mutant('Survived')), { decide: [entry] }), []);
    assert.deepEqual(disagreements(report(mutant('NoCoverage')), { decide: [entry] }), []);
    assert.deepEqual(disagreements(report(mutant('Killed'), mutant('Timeout')), { decide: [] }), []);
  });

  it('make a run fail in which another survives, told with its place and the entry that would list it', () => {
    const [complaint, ...others] = disagreements(report(mutant('Survived')), {});
    assert.deepEqual(others, []);
    assert.match(
      complaint ?? '',
      /^policies\/decide\/terms\.ts:1:11 survives and is not listed.*decide\.json/,
    );
    const { reason, ...found } = JSON.parse((complaint ?? '').replace(/^[^{]*/, ''));
    assert.deepEqual({ ...found, reason: entry.reason }, entry);
    assert.equal(reason, '');
  });

  it('make a run fail in which what they list is noticed, or is there no more', () => {
    for (const run of [report(mutant('Killed')), report()])
      assert.match(
        disagreements(run, { decide: [entry] }).join(),
        /decide\.json lists what does not survive/,
      );
  });

  it('say nothing about files that were not altered in this run', () => {
    assert.deepEqual(disagreements({ files: {} }, { decide: [entry] }), []);
  });

  it('stand for one mutant an entry, so that a second one like it does not hide behind the first', () => {
    const run = report(mutant('Survived'), mutant('Survived'));
    assert.equal(disagreements(run, { decide: [entry] }).length, 1);
    assert.deepEqual(disagreements(run, { decide: [entry, entry] }), []);
  });

  it('name what was altered over several lines in one', () => {
    const block = {
      mutatorName: 'BlockStatement',
      replacement: '{}',
      status: 'Survived',
      location: { start: { line: 3, column: 10 }, end: { line: 5, column: 4 } },
    };
    const listed = { ...entry, line: 'if (a) {', mutator: 'BlockStatement', from: '{ go(); }', to: '{}' };
    assert.deepEqual(disagreements(report(block), { decide: [listed] }), []);
  });

  it('are one a folder of policies/, and one for the files beside the folders', () => {
    assert.equal(folderOf('policies/review/lint/order.ts'), 'review');
    assert.equal(folderOf('policies/scope.ts'), 'policies');
    for (const [folder, entries] of Object.entries(readListed()))
      for (const { file } of entries) assert.equal(folderOf(file), folder, file);
  });

  it('list only lines that there are', () => {
    for (const { file, line } of Object.values(readListed()).flat()) {
      const path = join(import.meta.dirname, '../..', file);
      assert.ok(existsSync(path), file);
      const lines = readFileSync(path, 'utf8').split('\n');
      assert.ok(
        lines.some((one) => one.trim() === line),
        `${file}: ${line}`,
      );
    }
  });
});

describe('The score of a folder', () => {
  it('is what was noticed of all that was tried, in time or by running without end', () => {
    const run = report(mutant('Killed'), mutant('Timeout'), mutant('Survived'), mutant('NoCoverage'));
    assert.deepEqual(scores(run), [{ folder: 'decide', noticed: 2, all: 4 }]);
  });

  it('makes a run fail where it is lower than asked for, and not where it is just that', () => {
    const run = report(mutant('Killed'), mutant('Survived'));
    const listed = { decide: [entry] };
    assert.deepEqual(complaintsAbout(run, listed, 50), []);
    assert.match(complaintsAbout(run, listed, 51).join(), /^decide +50\.0 % +1 of 2: less than 51 %$/);
  });

  it('is of the files that this run altered, whatever earlier ones left in the report', () => {
    const run = report(mutant('Survived'));
    assert.deepEqual(ofThisRun(run, ['policies/decide/*.ts']), run);
    assert.deepEqual(ofThisRun(run, ['policies/{change,decide}/**/*.ts']), run);
    assert.deepEqual(ofThisRun(run, ['policies/change/**/*.ts']), { files: {} });
  });
});
