import type { ChangedPath, ChangeSetEffect, Sides } from '#policies/change-set';

const other = ({ name, before, after }: Sides): Sides => ({ name, before: after, after: before });

const turned = (line: string): string => {
  const hunk = /^@@ -(\S+) \+(\S+) @@(.*)$/.exec(line);
  if (hunk) return `@@ -${hunk[2]} +${hunk[1]} @@${hunk[3]}`;
  if (line.startsWith('+')) return `-${line.slice(1)}`;
  return line.startsWith('-') ? `+${line.slice(1)}` : line;
};

/** The same hunks read the other way round; in each block what goes stands before what comes, as everybody writes it. */
const turnedDiff = (lines: readonly string[]): string[] => {
  const turnedLines: string[] = [];
  let added: string[] = [];
  const flush = (): void => {
    turnedLines.push(...added);
    added = [];
  };
  for (const line of lines.map(turned)) {
    if (line.startsWith('+')) added.push(line);
    else {
      if (!line.startsWith('-')) flush();
      turnedLines.push(line);
    }
  }
  flush();
  return turnedLines;
};

const back = ({ path, before, after, diff, unshown }: ChangedPath): ChangedPath => ({
  path,
  before: after,
  after: before,
  diff: diff && turnedDiff(diff),
  unshown,
});

/** The way back of a change set, as people read it; none from the way back, whose records are gone with it. */
export const invertedSet = (effect: ChangeSetEffect): ChangeSetEffect | null =>
  effect.way === 'back'
    ? null
    : {
        ...effect,
        way: 'back',
        packages: effect.packages.map(other),
        accounts: effect.accounts.map(other),
        units: effect.units.map(other),
        entries: effect.entries.map(back),
        rehearsed: null,
      };
