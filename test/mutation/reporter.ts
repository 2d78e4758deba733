/** Holds what Stryker found to the lists of survivors, and each folder of policies/ to the score that .stryker.json asks for. */
import { matchesGlob } from 'node:path';
import type { StrykerOptions, schema } from '@stryker-mutator/api/core';
import type { Reporter } from '@stryker-mutator/api/report';
import { readListed } from './listed.ts';
import { disagreements, type Listed, type Score, scores } from './survivors.ts';

const percent = ({ noticed, all }: Score): number => (all === 0 ? 100 : (100 * noticed) / all);

const lineOf = (score: Score): string =>
  `${score.folder.padEnd(10)} ${percent(score).toFixed(1).padStart(5)} %  ${score.noticed} of ${score.all}`;

const complaintsAbout = (report: schema.MutationTestResult, listed: Listed): readonly string[] => {
  const { low } = report.thresholds;
  const poor = scores(report).filter((score) => percent(score) < low);
  return [...disagreements(report, listed), ...poor.map((score) => `${lineOf(score)}: less than ${low} %`)];
};

const tell = (report: schema.MutationTestResult, listed: Listed): void => {
  process.exitCode = 1; // Stryker only logs what a reporter throws
  console.log(`\n${scores(report).map(lineOf).join('\n')}`);
  const complaints = complaintsAbout(report, listed);
  for (const complaint of complaints) console.error(`\n${complaint}`);
  if (complaints.length === 0) process.exitCode = 0;
};

/** The files of this run, named by `--mutate` or .stryker.json; the report holds what earlier runs found in others too. */
const ofThisRun = (
  report: schema.MutationTestResult,
  mutate: readonly string[],
): schema.MutationTestResult => {
  const inRun = (file: string): boolean => mutate.some((pattern) => matchesGlob(file, pattern));
  return {
    ...report,
    files: Object.fromEntries(Object.entries(report.files).filter(([file]) => inRun(file))),
  };
};

/** The lists are read before the run, since a broken one would be found out hours later. */
const reporter = ({ mutate }: StrykerOptions): Reporter => {
  const listed = readListed();
  return { onMutationTestReportReady: (report) => tell(ofThisRun(report, mutate), listed) };
};

/** Found by Stryker by this name (.stryker.json). */
export const strykerPlugins = [
  { kind: 'Reporter', name: 'survivors', factory: Object.assign(reporter, { inject: ['options'] }) },
];
