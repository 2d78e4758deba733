import { globSync, readFileSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import type { Program } from './programs.ts';

/** Suites that start or kill processes, or move the clock of one: each file gets a process of its own. */
const isolated = [
  'test/contract/**',
  'test/flow/**',
  'test/conformance/**',
  'test/bot/**',
  'test/db/**',
  'test/fake/**',
  'test/worker/**',
  'test/**/*.process.test.ts',
];

/**
 * Those that share a process with others of their kind: to load what they test takes longer than they do. What is in none of
 * these and not isolated is small.
 */
const together = {
  conformance: ['test/conformance/!(*.process|*redis|second-factor).test.ts'],
  bot: [
    'test/bot/!(*.process).test.ts',
    'test/bot/{delivery,discord,slack,telegram}/!(fuzz|*.process|golden|intent|render).test.ts',
  ],
  small: [
    'test/bot/cards/*',
    'test/bot/commands/*',
    'test/bot/{console,discord,slack,telegram}/{golden,intent,render}.test.ts',
    'test/db/{audit,journal}/*',
    'test/db/ledger/!(interleaving|*.process).test.ts',
    'test/fake/**',
    'test/worker/{actions,guard,inventory}/*',
  ],
} as const;

/** What shares one process. */
export type SharedName = keyof typeof together;

/** What takes longest, the longest first: it begins first, so that the last minute is not one file's alone. */
const longest = [
  'test/flow/chaos*',
  'test/flow/kill*',
  'test/flow/bad-world*',
  'test/db/ledger/interleaving*',
  'test/contract/queue/*',
  'test/conformance/second-factor*',
  'test/flow/**',
  'test/**/*fuzz*',
  'test/**/*.process.test.ts',
  'test/conformance/**',
];

/** A hook at the top of a file would run for every test of every file in the same process. */
const topLevelHook = /^(before|after)(Each)?\(/m;

/** A test file that is left out, and the program whose absence is the reason. */
export type LeftOut = { readonly file: string; readonly program: string };

/** Every test file, once: run in a process with others, run in its own, or left out. Paths are below the repository. */
export type Suites = {
  readonly shared: { readonly [N in SharedName]: readonly string[] };
  readonly isolated: readonly string[];
  readonly leftOut: readonly LeftOut[];
};

const matchesAny = (file: string, globs: readonly string[]): boolean =>
  globs.some((glob) => matchesGlob(file, glob));

const leftOutOf = (files: readonly string[], absent: readonly Program[]): LeftOut[] =>
  files.flatMap((file) =>
    absent
      .filter((program) => matchesAny(file, program.suites))
      .slice(0, 1)
      .map((program) => ({ file, program: program.names[0] })),
  );

/** The files in the order in which they begin. */
const longestFirst = (files: readonly string[]): readonly string[] => {
  const placeOf = (file: string): number => {
    const place = longest.findIndex((glob) => matchesGlob(file, glob));
    return place === -1 ? longest.length : place;
  };
  return files.toSorted((one, other) => placeOf(one) - placeOf(other));
};

/** Sorts `files`, which are below `root`, by how they are run, given the programs that are absent. */
export const sortSuites = (root: string, files: readonly string[], absent: readonly Program[]): Suites => {
  const leftOut = leftOutOf(files, absent);
  const runnable = files.filter((file) => !leftOut.some((each) => each.file === file));
  const hasHook = (file: string): boolean => topLevelHook.test(readFileSync(join(root, file), 'utf8'));
  const groupOf = (file: string): SharedName | null => {
    if (hasHook(file)) return null;
    if (matchesAny(file, together.conformance)) return 'conformance';
    if (matchesAny(file, together.bot)) return 'bot';
    return !matchesAny(file, isolated) || matchesAny(file, together.small) ? 'small' : null;
  };
  const of = Map.groupBy(runnable, groupOf);
  return {
    shared: {
      conformance: of.get('conformance') ?? [],
      bot: of.get('bot') ?? [],
      small: of.get('small') ?? [],
    },
    isolated: longestFirst(of.get(null) ?? []),
    leftOut,
  };
};

/** The test files below `root` that contain one of `filters` in their path; all of them when there is no filter. */
export const findSuites = (root: string, filters: readonly string[]): string[] =>
  globSync('test/**/*.test.ts', { cwd: root })
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort();
