/** Runs in this process all test files that share one; the arguments are the filters of main.ts. */
import { join } from 'node:path';
import { programs } from './programs.ts';
import { missing } from './set-up.ts';
import { findSuites, sortSuites } from './suites.ts';

const root = join(import.meta.dirname, '..', '..');
const files = findSuites(root, process.argv.slice(2));
const { shared } = sortSuites(root, files, missing(programs, process.env['PATH'] ?? ''));
for (const file of shared) await import(join(root, file));
