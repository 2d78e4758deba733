import { join } from 'node:path';
import { test } from 'node:test';
import { programs } from './programs.ts';
import { missing } from './set-up.ts';
import { findSuites, type SharedName, sortSuites } from './suites.ts';

const root = join(import.meta.dirname, '..', '..');

/** Runs in this process all test files of one group; its arguments are the filters of main.ts. */
export const runShared = async (name: SharedName): Promise<void> => {
  const files = findSuites(root, process.argv.slice(2));
  const { shared } = sortSuites(root, files, missing(programs, process.env['PATH'] ?? ''));
  // Where the tests of the first files end before the last file is loaded, all is taken to be over, and the process is ended.
  const { promise: loaded, resolve } = Promise.withResolvers<void>();
  test(`the test files that share a process are loaded: ${name}`, () => loaded);
  for (const file of shared[name]) await import(join(root, file));
  resolve();
};
