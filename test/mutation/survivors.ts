import { z } from 'zod';

/**
 * A mutant that no test notices, and why that is right. `line`: the text of the line on which it begins, so that an entry stays
 * true when lines move; `from` and `to`: what was altered and into what, in one line and cut at `LENGTH`.
 */
export const Survivor = z.strictObject({
  file: z.string(),
  line: z.string(),
  mutator: z.string(),
  from: z.string(),
  to: z.string(),
  reason: z.string().min(20, 'why no test can notice it'),
});
export type Survivor = z.infer<typeof Survivor>;

/** What is listed, by the folder of policies/ that it is about: a file `survivors/FOLDER.json` each. */
export type Listed = { readonly [folder: string]: readonly Survivor[] };

/** Characters of `from` and `to` that an entry holds. */
const LENGTH = 120;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, LENGTH);

/** The folder of policies/ that holds a file; `policies` for what lies beside the folders. */
export const folderOf = (file: string): string => {
  const [, folder, inside] = file.split('/');
  return folder === undefined || inside === undefined ? 'policies' : folder;
};

type Position = { readonly line: number; readonly column: number };

/** The parts of Stryker's report that are looked at. Lines and columns from 1. */
export type Report = {
  readonly files: {
    readonly [file: string]: {
      readonly source: string;
      readonly mutants: readonly {
        readonly mutatorName: string;
        readonly replacement?: string;
        readonly status: string;
        readonly location: { readonly start: Position; readonly end: Position };
      }[];
    };
  };
};

type Found = Omit<Survivor, 'reason'> & { readonly at: string };

const between = (lines: readonly string[], start: Position, end: Position): string => {
  const some = lines.slice(start.line - 1, end.line);
  const last = some.length - 1;
  return some
    .map((text, no) => text.slice(no === 0 ? start.column - 1 : 0, no === last ? end.column - 1 : undefined))
    .join('\n');
};

const NOTICED = ['Killed', 'Timeout'];
const UNNOTICED = ['Survived', 'NoCoverage'];

const survivorsOf = ({ files }: Report): readonly Found[] =>
  Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => UNNOTICED.includes(status))
      .map(({ mutatorName, replacement, location: { start, end } }) => ({
        at: `${file}:${start.line}:${start.column}`,
        file,
        line: (lines[start.line - 1] ?? '').trim(),
        mutator: mutatorName,
        from: oneLine(between(lines, start, end)),
        to: oneLine(replacement ?? ''),
      }));
  });

const isOf = (entry: Survivor, found: Found): boolean =>
  (['file', 'line', 'mutator', 'from', 'to'] as const).every((key) => entry[key] === found[key]);

const unlisted = ({ at, ...found }: Found): string =>
  `${at} survives and is not listed. Write a test that notices it, or add to test/mutation/survivors/${folderOf(found.file)}.json: ` +
  JSON.stringify({ ...found, reason: '' });

const outdated = (entry: Survivor): string =>
  `test/mutation/survivors/${folderOf(entry.file)}.json lists what does not survive; take it out: ${JSON.stringify(entry)}`;

/**
 * What the list and the report do not agree on. An entry stands for one mutant: two alike need two. Of files that the report says
 * nothing about it says nothing either.
 */
export const disagreements = (report: Report, listed: Listed): readonly string[] => {
  const left = Object.values(listed)
    .flat()
    .filter(({ file }) => file in report.files);
  const missing = survivorsOf(report).filter((found) => {
    const no = left.findIndex((entry) => isOf(entry, found));
    if (no !== -1) left.splice(no, 1);
    return no === -1;
  });
  return [...missing.map(unlisted), ...left.map(outdated)];
};

/** How many mutants of a folder were noticed, and how many there are. */
export type Score = { readonly folder: string; readonly noticed: number; readonly all: number };

/** One a folder of policies/, by name. */
export const scores = ({ files }: Report): readonly Score[] => {
  const all = Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants.map(({ status }) => ({ folder: folderOf(file), status })),
  );
  return [...new Set(all.map(({ folder }) => folder))].toSorted().map((folder) => {
    const count = (of: readonly string[]): number =>
      all.filter((one) => one.folder === folder && of.includes(one.status)).length;
    return { folder, noticed: count(NOTICED), all: count([...NOTICED, ...UNNOTICED]) };
  });
};
