import { readFileSync } from 'node:fs';

/** A test as it was written: `describe` only gives it a longer name. */
export type Collected = { readonly title: string; readonly run: () => unknown };

type Snapshot = { readonly serializers: readonly ((value: unknown) => unknown)[] };
type Context = {
  readonly assert: { fileSnapshot(value: unknown, path: string, options: Snapshot): void };
};
type Body = (context: Context) => unknown;
type Options = { readonly skip?: unknown };

let path: readonly string[] = [];
let all: Collected[] = [];

const bodyOf = (given: readonly [Options, Body] | readonly [Body]): Body => given[given.length - 1] as Body; // node:test takes the options in the middle

/** What a test is given: it may hold something to a golden file, and never writes one here. */
const CONTEXT: Context = {
  assert: {
    fileSnapshot: (value, path, { serializers }) => {
      const text = serializers.reduce((given, serialize) => serialize(given), value);
      if (text !== readFileSync(path, 'utf8')) throw new Error(`not as in ${path}`);
    },
  },
};

/** What stands in for node:test's `describe`: its body runs at once. */
export const describe = (title: string, ...given: readonly [Options, Body] | readonly [Body]): void => {
  const outer = path;
  path = [...outer, title];
  bodyOf(given)(CONTEXT);
  path = outer;
};

/** What stands in for node:test's `it` and `test`: its body is kept. */
export const it = (title: string, ...given: readonly [Options, Body] | readonly [Body]): void => {
  all.push({ title: [...path, title].join(' '), run: () => bodyOf(given)(CONTEXT) });
};
export const test = (title: string, ...given: readonly [Options, Body] | readonly [Body]): void =>
  it(title, ...given);

/** The tests that were written since the last call. */
export const takeCollected = (): readonly Collected[] => {
  const taken = all;
  all = [];
  return taken;
};
