import type { TestEvent } from 'node:test/reporters';

/** The counts node:test closes with, in its order and under its names. */
const countNames = [
  'tests',
  'suites',
  'pass',
  'fail',
  'cancelled',
  'skipped',
  'todo',
  'duration_ms',
] as const;

type CountName = (typeof countNames)[number];

type Totals = Record<CountName, number>;

const closing = new RegExp(`^(${countNames.join('|')}) ([0-9.]+)$`);

const noTotals = (): Totals => ({
  tests: 0,
  suites: 0,
  pass: 0,
  fail: 0,
  cancelled: 0,
  skipped: 0,
  todo: 0,
  duration_ms: 0,
});

/** The count that a closing line of a run carries, or undefined where the event is none. */
const closingCount = (event: TestEvent): [CountName, number] | undefined => {
  if (event.type !== 'test:diagnostic' || event.data.nesting !== 0) return undefined;
  const [, name, count] = closing.exec(event.data.message) ?? [];
  const found = countNames.find((each) => each === name);
  return found === undefined ? undefined : [found, Number(count)];
};

const closingEvent = (message: string): TestEvent => ({
  type: 'test:diagnostic',
  data: { nesting: 0, message, level: 'info' },
});

/** The event that ends a run as a whole; one that names a file ends that file only. */
type End = Extract<TestEvent, { type: 'test:summary' }>;

const isEnd = (event: TestEvent): event is End =>
  event.type === 'test:summary' && event.data.file === undefined;

/**
 * One run from several, one after the other: their events in order, then one end, which is a success when all were,
 * and one set of closing counts, summed. A reporter so lists all failures together, and the counts are its last lines.
 */
export async function* merge(runs: readonly (() => AsyncIterable<TestEvent>)[]): AsyncGenerator<TestEvent> {
  const totals = noTotals();
  const ends: End[] = [];
  for (const start of runs) {
    for await (const event of start()) {
      const count = closingCount(event);
      if (count !== undefined) totals[count[0]] += count[1];
      else if (isEnd(event)) ends.push(event);
      else yield event;
    }
  }
  const worst = ends.find(({ data }) => !data.success) ?? ends[0];
  if (worst !== undefined) yield worst;
  for (const name of countNames) yield closingEvent(`${name} ${totals[name]}`);
}
