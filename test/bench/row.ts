/**
 * One comparison: `ratio` = ours / baseline; `limit` is a floor for rates (`unit` ends in /s) and a ceiling for anything
 * else, null where only the figure is wanted. `notes` are the raw figures behind it.
 */
export type BenchRow = {
  readonly name: string;
  readonly ours: number;
  readonly baseline: number;
  readonly limit: number | null;
  readonly unit: string;
  readonly notes?: readonly string[];
};

/** `idle`: how long the process rests before its memory is read (s). */
export type BenchOptions = { readonly idle: number };

/** A row that this machine cannot measure, and why; it is printed and breaks no limit. */
export type LeftOut = { readonly name: string; readonly leftOut: string };

/** A row to be: what `--only` calls it, and how it is measured. */
export type Bench = {
  readonly name: string;
  readonly run: (options: BenchOptions) => Promise<BenchRow | LeftOut> | BenchRow | LeftOut;
};

/** Did the row keep its limit? Null where it has none. */
export const kept = ({ ours, baseline, limit, unit }: BenchRow): boolean | null => {
  if (limit === null) return null;
  const ratio = ours / baseline;
  return unit.endsWith('/s') ? ratio >= limit : ratio <= limit;
};

/** The value that this share (0 to 1) of the values is not above. */
export const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(Math.floor(values.length * share), values.length - 1)] ??
  Number.NaN;

/** The value in the middle. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** How long something synchronous takes (ms). */
export const milliseconds = (fn: () => void): number => {
  const start = performance.now();
  fn();
  return performance.now() - start;
};

type Race = { readonly ours: () => void; readonly baseline: () => void };

/** Both sides in turn, each first in every other round, so that a slow moment of the machine hits both; medians (ms). */
export const race = (rounds: number, { ours, baseline }: Race): { ours: number; baseline: number } => {
  const [a, b]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) a.push(milliseconds(ours));
    b.push(milliseconds(baseline));
    if (round % 2 === 1) a.push(milliseconds(ours));
  }
  return { ours: median(a), baseline: median(b) };
};

/** For sides that take a second and differ by a tenth: of 24 rounds, any 11 gave ratios of means within 0.04, and of medians within 0.07. */
export const mean = (times: readonly number[]): number =>
  times.reduce((sum, each) => sum + each, 0) / times.length;

type Timed = () => Promise<number> | number;

/** As `race`, for sides that wait, or that have something to lay before each round: they say themselves how long it took. */
export const raceTimed = async (
  rounds: number,
  { ours, baseline }: { readonly ours: Timed; readonly baseline: Timed },
  middle: (times: readonly number[]) => number = median,
): Promise<{ ours: number; baseline: number }> => {
  const [a, b]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) a.push(await ours());
    b.push(await baseline());
    if (round % 2 === 1) a.push(await ours());
  }
  return { ours: middle(a), baseline: middle(b) };
};

/** How long something that is waited for takes (ms). */
export const waited = async (fn: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await fn();
  return performance.now() - start;
};

/** A time as people read it. */
export const time = (ms: number): string =>
  ms < 1 ? `${(ms * 1000).toFixed(0)} µs` : `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
