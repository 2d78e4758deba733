import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { DEFECTS } from './defects.ts';

const TITLE = /\b(?:it|test)\(\s*(['"`])(.*?)\1,\s*async/gs;

/** The title of every test in the files of this folder, as it is written. */
const titles = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [...readFileSync(`${import.meta.dirname}/${file}`, 'utf8').matchAll(TITLE)])
  .map(([, , title]) => title ?? '');

const timesOf = (all: readonly string[], one: string): number => all.filter((each) => each === one).length;

describe('the list of defects', () => {
  it('names for every sentence one test of this folder that has the title', async () => {
    assert.ok(titles.length > 60, `only ${titles.length} tests were seen here`);
    for (const { test } of DEFECTS) assert.equal(timesOf(titles, test), 1, `tests called "${test}"`);
  });

  it('names no sentence, and no test, twice', async () => {
    const named = DEFECTS.map(({ test }) => test);
    for (const test of named) assert.equal(timesOf(named, test), 1, test);
    for (const { defect } of DEFECTS)
      assert.equal(
        timesOf(
          DEFECTS.map((each) => each.defect),
          defect,
        ),
        1,
        defect,
      );
  });
});
