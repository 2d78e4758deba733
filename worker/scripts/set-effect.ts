import type { ChangedPath, ChangeSetEffect, Rehearsed, Sides, UnitJob } from '#policies/change-set';
import type { Change } from '../changeset/change.ts';
import type { Entry, Explained } from '../changeset/explain.ts';
import { metaText } from '../changeset/meta-text.ts';
import { shownPath, shownText } from '../changeset/shown-text.ts';
import type { ScriptPlan } from './plan-script.ts';

/** A whole SHA-256 in hex. Of a file that holds secrets none is shown: a short secret could be guessed by it. */
const WHOLE = 64;

const sideOf = (meta: Change['before'], isSecret: boolean): string | null =>
  meta && metaText(meta, isSecret ? 0 : WHOLE);

/** The hunks of a diff: its four lines of header say the path again. */
const hunks = (diff: string): string[] => diff.trimEnd().split('\n').slice(4);

const entryOf = ({ path, before, after, diff, unshown }: Entry): ChangedPath => ({
  path,
  before: sideOf(before, unshown === 'secret'),
  after: sideOf(after, unshown === 'secret'),
  diff: diff === null ? null : hunks(diff),
  unshown,
});

/** Files of packages one by one as well: nothing that is written goes unnamed. */
const packageEntries = (
  { packageFiles }: Explained,
  changes: ScriptPlan['sealed']['changes'],
): ChangedPath[] => {
  const names = new Set(packageFiles);
  return changes
    .filter(({ path }) => names.has(path))
    .map(({ path, before, after }) => ({
      path: shownPath(path),
      before: sideOf(before, false),
      after: sideOf(after, false),
      diff: null,
      unshown: 'package',
    }));
};

const shown = (name: string, before: string | null, after: string | null): Sides => ({
  name: shownText(name),
  before: before === null ? null : shownText(before),
  after: after === null ? null : shownText(after),
});

/** What a change set is made of beside its paths; `tx` is the change that carries it out. */
type Made = { readonly tx: string; readonly rehearsed: Rehearsed; readonly jobs: readonly UnitJob[] };

/** The change set of a rehearsal as one effect. */
export const setEffect = (
  { sealed, explained, mounts }: ScriptPlan,
  { tx, rehearsed, jobs }: Made,
): ChangeSetEffect => ({
  kind: 'changeset',
  tx,
  way: 'there',
  digest: sealed.digest,
  mounts: mounts.map(({ path, profile }) => ({ path, profile })),
  paths: sealed.changes.map(({ path }) => path),
  packages: explained.packages.map(({ package: name, before, after }) => shown(name, before, after)),
  accounts: explained.accounts.map(({ file, name, before, after }) =>
    shown(`${file} ${name}`, before, after),
  ),
  units: explained.units.map(({ unit, by, on }) => shown(unit, on ? null : by, on ? by : null)),
  entries: [...explained.entries.map(entryOf), ...packageEntries(explained, sealed.changes)],
  rehearsed,
  ...(jobs.length === 0 ? {} : { jobs: [...jobs] }),
});
