/**
 * Runs the tests of policies/ in one process for Stryker: a mutant is a switch that the instrumented code asks, so nothing starts
 * anew for each. Test files are imported again for every mutant, since what they build at their top may come from what is mutated;
 * for a mutant of what runs when a module is loaded all of our modules are, which is ten times as quick as another process.
 */
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  type DryRunResult,
  DryRunStatus,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import { takeCollected } from './collected.ts';

type Switches = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
};

const SUITES = 'test/policies/**/*.test.ts';
const NAME = '__stryker__';
const switches: Switches = {};
Object.assign(globalThis, { [NAME]: switches });

const collected = new URL('./collected.ts', import.meta.url).href;
const sandbox = pathToFileURL(`${process.cwd()}/`).href;

/** Which load of our modules tests see: 0 is the one in which no mutant of a load is on. */
let generation = 0;
let loads = 0;

const isOurs = (url: string): boolean => url.startsWith(sandbox) && !url.includes('/node_modules/');

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === 'node:test') return { url: collected, shortCircuit: true };
    const found = next(specifier, context);
    if (generation === 0 || !isOurs(found.url) || found.url.includes('?')) return found;
    return { ...found, url: `${found.url}?generation=${generation}` };
  },
});

/** A mutant that breaks a property breaks it early; the shortest way to say so interests nobody here. Time in ms. */
fc.configureGlobal({ seed: 1, endOnFailure: true, interruptAfterTimeLimit: 400 });

const load = (file: string, query = ''): Promise<unknown> =>
  import(pathToFileURL(join(process.cwd(), file)).href + query);

const files = (pattern: string): readonly string[] => globSync(pattern, { cwd: process.cwd() }).toSorted();

/** What runs when modules are loaded belongs to no test. */
const loadPolicies = async (): Promise<void> => {
  for (const file of files('policies/**/*.ts')) await load(file);
};

let round = 0;
const took = new Map<string, number>();

/** Runs the tests of a file; what the first one that fails says, or null. */
const runFile = async (file: string): Promise<string | null> => {
  const start = performance.now();
  try {
    await load(file, `?round=${round++}`);
    for (const { title, run } of takeCollected())
      try {
        await run();
      } catch (error) {
        return `${title}: ${error instanceof Error ? error.message : String(error)}`;
      }
    return null;
  } catch (error) {
    takeCollected();
    return `${file} cannot be loaded: ${String(error)}`;
  } finally {
    took.set(file, took.get(file) ?? performance.now() - start);
  }
};

const tryFile = async (file: string): Promise<TestResult> => {
  switches.currentTestId = file;
  const failureMessage = await runFile(file);
  // By the file's name Stryker sees whether a test was changed since the last run.
  const fileName = join(process.cwd(), file);
  const test = { id: file, name: file, fileName, timeSpentMs: took.get(file) ?? 0 };
  return failureMessage === null
    ? { ...test, status: TestStatus.Success }
    : { ...test, status: TestStatus.Failed, failureMessage };
};

const dryRun = async (): Promise<DryRunResult> => {
  await loadPolicies();
  const tests: TestResult[] = [];
  for (const file of files(SUITES)) tests.push(await tryFile(file));
  switches.currentTestId = undefined;
  const mutantCoverage = switches.mutantCoverage ?? { static: {}, perTest: {} };
  return { status: DryRunStatus.Complete, tests, mutantCoverage };
};

const turnOn = ({ activeMutant, hitLimit }: MutantRunOptions): void => {
  switches.activeMutant = activeMutant.id;
  switches.hitLimit = hitLimit;
  switches.hitCount = hitLimit === undefined ? undefined : 0;
};

const runsOn = (): boolean => switches.hitLimit !== undefined && (switches.hitCount ?? 0) > switches.hitLimit;

/** Quick files first, since the first that fails is enough. A file whose import fails under the mutant fails too. */
const mutantRun = async (options: MutantRunOptions): Promise<MutantRunResult> => {
  generation = 0;
  if (options.mutantActivation === 'static') generation = loads += 1;
  turnOn(options);
  const suites = (options.testFilter ?? files(SUITES)).toSorted(
    (a, b) => (took.get(a) ?? 0) - (took.get(b) ?? 0),
  );
  for (const [index, file] of suites.entries()) {
    const failureMessage = await runFile(file);
    if (runsOn()) return { status: MutantRunStatus.Timeout, reason: 'it runs without end' };
    if (failureMessage !== null)
      return { status: MutantRunStatus.Killed, killedBy: [file], failureMessage, nrOfTests: index + 1 };
  }
  return { status: MutantRunStatus.Survived, nrOfTests: suites.length };
};

const runner: TestRunner = { capabilities: () => ({ reloadEnvironment: true }), dryRun, mutantRun };

/** Found by Stryker by this name (.stryker.json). */
export const strykerPlugins = [
  { kind: 'TestRunner', name: 'policies', factory: Object.assign(() => runner, { inject: [] }) },
];
