import type { TestEvent } from 'node:test/reporters';
import type { LeftOut } from './suites.ts';

const count = (message: string): TestEvent => ({
  type: 'test:diagnostic',
  data: { nesting: 0, message, level: 'info' },
});

const skipped = ({ file, program }: LeftOut, index: number): TestEvent => ({
  type: 'test:pass',
  data: {
    name: file,
    skip: `the program ${program} is not on this machine`,
    nesting: 0,
    testNumber: index + 1,
    testId: index + 1,
    parentId: undefined,
    tags: [],
    details: { duration_ms: 0 },
  },
});

/** A run that tells of each file left out as of one skipped test, so that the closing counts show it. */
export async function* leftOutRun(files: readonly LeftOut[]): AsyncGenerator<TestEvent> {
  yield* files.map(skipped);
  yield count(`tests ${files.length}`);
  yield count(`skipped ${files.length}`);
}
