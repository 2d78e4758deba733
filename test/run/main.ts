/**
 * Runs the tests: `npm test`, or `npm test -- policies/decide` for the files whose path contains that.
 *
 * Files that start processes, or have hooks at their top, get a process each; all others share a few, which is many times
 * faster. Most wait for something most of the time, so twice as many run at a time as there are processors.
 */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec, type TestEvent } from 'node:test/reporters';
import { pathToFileURL } from 'node:url';
import { setExitGrace } from './exit-grace.ts';
import { layRoots } from './lay-roots.ts';
import { leftOutRun } from './left-out.ts';
import { merge } from './merge.ts';
import { programs } from './programs.ts';
import { setUp } from './set-up.ts';
import { findSuites, sortSuites } from './suites.ts';

/** Longest that one test may take, in ms, before it counts as failed. */
const testTimeout = 120_000;

const root = join(import.meta.dirname, '..', '..');
const filters = process.argv.slice(2);
const files = findSuites(root, filters);
const suites = sortSuites(root, files, setUp(programs, process.env['PATH'] ?? ''));

layRoots(suites.isolated);

const guard = pathToFileURL(join(import.meta.dirname, 'exit-guard.ts')).href;

const start = (paths: readonly string[]) => (): AsyncIterable<TestEvent> =>
  run({
    files: paths.map((path) => join(root, path)),
    cwd: root,
    isolation: 'process',
    concurrency: 2 * availableParallelism(),
    timeout: testTimeout,
    execArgv: ['--import', guard],
    argv: [...filters],
  });

async function* failing(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent> {
  for await (const event of events) {
    if (event.type === 'test:summary' && !event.data.success) process.exitCode = 1;
    yield event;
  }
}

if (files.length === 0) {
  console.error('No test file matches. Give a part of its path, such as policies/decide.');
  process.exit(1);
}

const shared = Object.entries(suites.shared)
  .filter(([, members]) => members.length > 0)
  .map(([name]) => join('test', 'run', 'shared', `${name}.ts`));
const paths = [...shared, ...suites.isolated];
const runs = [...(paths.length > 0 ? [start(paths)] : []), () => leftOutRun(suites.leftOut)];

Readable.from(failing(merge(runs)))
  .compose(new spec())
  .on('end', setExitGrace)
  .pipe(process.stdout);
