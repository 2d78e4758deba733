/**
 * Runs the tests of policies/ in one process for Stryker: a mutant is a switch that the instrumented code asks, so nothing starts
 * anew for each. Test files are imported again for every mutant, since what they build at their top may come from what is mutated.
 */
import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type {
  DryRunResult,
  MutantRunOptions,
  MutantRunResult,
  TestRunner,
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

const NAME = '__stryker__';
const switches: Switches = {};
Object.assign(globalThis, { [NAME]: switches });

const collected = new URL('./collected.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'node:test' ? { url: collected, shortCircuit: true } : next(specifier, context),
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

const dryRun = async (): Promise<DryRunResult> => {
  await loadPolicies();
  const tests = [];
  for (const file of files('test/policies/**/*.test.ts')) {
    switches.currentTestId = file;
    const failureMessage = await runFile(file);
    const test = { id: file, name: file, timeSpentMs: took.get(file) ?? 0 };
    tests.push(failureMessage === null ? { ...test, status: 0 } : { ...test, status: 1, failureMessage });
  }
  switches.currentTestId = undefined;
  const mutantCoverage = switches.mutantCoverage ?? { static: {}, perTest: {} };
  // The numbers are those of TestStatus.Success and .Failed, whose enum would be one more import at run time.
  return { status: 'complete', tests, mutantCoverage } as DryRunResult;
};

const mutantRun = async ({
  activeMutant,
  hitLimit,
  testFilter,
}: MutantRunOptions): Promise<MutantRunResult> => {
  Object.assign(switches, {
    activeMutant: activeMutant.id,
    hitLimit,
    hitCount: hitLimit === undefined ? undefined : 0,
  });
  await loadPolicies();
  const quickFirst = (testFilter ?? files('test/policies/**/*.test.ts')).toSorted(
    (a, b) => (took.get(a) ?? 0) - (took.get(b) ?? 0),
  );
  let nrOfTests = 0;
  for (const file of quickFirst) {
    nrOfTests += 1;
    const failureMessage = await runFile(file);
    if (hitLimit !== undefined && (switches.hitCount ?? 0) > hitLimit)
      return { status: 'timeout', reason: 'it runs without end' } as MutantRunResult;
    if (failureMessage !== null)
      return { status: 'killed', killedBy: [file], failureMessage, nrOfTests } as MutantRunResult;
  }
  return { status: 'survived', nrOfTests } as MutantRunResult;
};

const runner: TestRunner = { capabilities: () => ({ reloadEnvironment: false }), dryRun, mutantRun };

/** Found by Stryker by this name (.stryker.json). */
export const strykerPlugins = [
  { kind: 'TestRunner', name: 'policies', factory: Object.assign(() => runner, { inject: [] }) },
];
