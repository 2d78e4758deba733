/** Holds what Stryker found to the lists of survivors, and each folder of policies/ to the score that .stryker.json asks for. */
import { matchesGlob } from 'node:path';
import type { StrykerOptions, schema } from '@stryker-mutator/api/core';
import type { Reporter } from '@stryker-mutator/api/report';
import { readListed } from './listed.ts';
import { disagreements, type Listed, type Report, type Score, scores } from './survivors.ts';

const percent = ({ noticed, all }: Score): number => (all === 0 ? 100 : (100 * noticed) / all);

const lineOf = (score: Score): string =>
  `${score.folder.padEnd(10)} ${percent(score).toFixed(1).padStart(5)} %  ${score.noticed} of ${score.all}`;

/** The files of this run, named by `--mutate` or .stryker.json; the report holds what earlier runs found in others too. */
export const ofThisRun = (report: Report, mutate: readonly string[]): Report => {
  const inRun = (file: string): boolean => mutate.some((pattern) => matchesGlob(file, pattern));
  return { files: Object.fromEntries(Object.entries(report.files).filter(([file]) => inRun(file))) };
};

/** What makes a run fail: what the lists do not agree with, and a folder of which less than `low` percent were noticed. */
export const complaintsAbout = (report: Report, listed: Listed, low: number): readonly string[] => [
  ...disagreements(report, listed),
  ...scores(report)
    .filter((score) => percent(score) < low)
    .map((score) => `${lineOf(score)}: less than ${low} %`),
];

const tell = (report: Report, listed: Listed, { low }: schema.Thresholds): void => {
  process.exitCode = 1; // Stryker only logs what a reporter throws
  console.log(`\n${scores(report).map(lineOf).join('\n')}`);
  const complaints = complaintsAbout(report, listed, low);
  for (const complaint of complaints) console.error(`\n${complaint}`);
  if (complaints.length === 0) process.exitCode = 0;
};

/** The lists are read before the run, since a broken one would be found out hours later. */
const reporter = ({ mutate }: StrykerOptions): Reporter => {
  const listed = readListed();
  return {
    onMutationTestReportReady: (report) => tell(ofThisRun(report, mutate), listed, report.thresholds),
  };
};

/** Found by Stryker by this name (.stryker.json). */
export const strykerPlugins = [
  { kind: 'Reporter', name: 'survivors', factory: Object.assign(reporter, { inject: ['options'] }) },
];
