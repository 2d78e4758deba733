import type { Entry, Explained } from '../changeset/explain.ts';
import { metaText } from '../changeset/meta-text.ts';
import { shownPath, shownText } from '../changeset/shown-text.ts';
import type { Recorded } from '../sandbox/record.ts';
import type { LabelSeen } from '../scripts/labels.ts';
import type { ScriptPlan } from '../scripts/plan-script.ts';

/** What is drawn of a plan: the command as it was typed, and what its text says of it. */
export type Drawing = {
  readonly argv: readonly string[];
  /** Of the plan as it would be saved. */
  readonly digest: string;
  readonly plan: ScriptPlan;
  readonly labels: readonly LabelSeen[];
};

/** As many digits of a hash as tell two files apart. */
const DIGITS = 12;

const UNSHOWN: { readonly [U in NonNullable<Entry['unshown']>]: string | null } = {
  secret: 'content not shown: key material',
  binary: 'content not shown: binary',
  large: 'content not shown: larger than a diff can be',
  unavailable: 'content not shown: it could not be read',
  'not-a-file': null,
  'same-content': null,
};

const sides = ({ before, after }: Entry): readonly string[] => [
  ...(before === null ? [] : [`- ${metaText(before, DIGITS)}`]),
  ...(after === null ? [] : [`+ ${metaText(after, DIGITS)}`]),
];

const WHAT = (entry: Entry): string =>
  entry.before === null ? 'created' : entry.after === null ? 'deleted' : 'changed';

/** The lines of a diff after its four lines of header, which say the path again. */
const hunks = (diff: string): readonly string[] => diff.trimEnd().split('\n').slice(4);

const entryLines = (entry: Entry): readonly string[] => {
  const why = entry.unshown === null ? null : UNSHOWN[entry.unshown];
  return [
    `${entry.path} (${WHAT(entry)})`,
    ...sides(entry),
    ...(entry.diff === null ? [] : hunks(entry.diff)),
    ...(why === null ? [] : [`  ${why}`]),
    '',
  ];
};

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`== ${title}`, ...lines, ''];

const both = (name: string, before: string | null, after: string | null): readonly string[] => [
  ...(before === null ? [] : [`- ${name} ${shownText(before)}`]),
  ...(after === null ? [] : [`+ ${name} ${shownText(after)}`]),
];

const explainedLines = ({ packages, packageFiles, accounts, units }: Explained): readonly string[] => [
  ...section('Packages', [
    ...packages.flatMap((one) => both(one.package, one.before, one.after)),
    ...(packages.length > 0 ? [`  ${packageFiles.length} files of theirs are not listed`] : []),
  ]),
  ...section(
    'Accounts',
    accounts.flatMap((one) => both(`${one.file}:`, one.before, one.after)),
  ),
  ...section(
    'Units at boot',
    units.map(({ unit, by, on }) => `${on ? '+' : '-'} ${shownPath(unit)} (${shownPath(by)})`),
  ),
];

const MET: { readonly [M in Recorded['met']]: string | null } = {
  recorded: 'not done',
  'files-only': 'its files only; nothing started or stopped',
  denied: 'refused',
  unanswered: 'asked, and nobody knew',
  dialog: 'dialog',
  files: null,
  inside: null,
  answered: null,
};

const call = ({ program, args }: Recorded): string => shownPath([program, ...args].join(' '));

const recordLines = (records: readonly Recorded[]): readonly string[] =>
  records.flatMap((one) => {
    const met = MET[one.met];
    return met === null
      ? []
      : [`! ${call(one)} (${one.effect}: ${met}${one.known ? '' : ', unknown to Quorate'})`];
  });

const labelLines = (labels: readonly LabelSeen[]): readonly string[] =>
  labels.map(({ label, lines }) => `  ${label}: line ${lines.join(', ')}`);

const unseenLines = ({ mounts, hidden }: ScriptPlan['seen']): readonly string[] => [
  ...mounts.flatMap((one) => ('why' in one ? [`  ${shownPath(one.point)}: ${one.how}, ${one.why}`] : [])),
  ...[...hidden.folders, ...hidden.files].map((path) => `  ${shownPath(path)}: looked empty to the command`),
];

const ended = ({ code, sealed }: ScriptPlan): string => {
  const count = sealed.changes.length;
  return `${count === 0 ? 'Nothing' : `${count} ${count === 1 ? 'path' : 'paths'}`} would change; the command ended with ${code}. This host was not touched.`;
};

/** A plan as lines of text for the console of a node: `+` and `-` as in a diff, `!` what was asked for and is no file. */
export const drawn = ({ argv, digest, plan, labels }: Drawing): readonly string[] => [
  ended(plan),
  `digest ${digest}`,
  `command ${shownPath(argv.join(' '))}`,
  '',
  ...explainedLines(plan.explained),
  ...section('Files', plan.explained.entries.flatMap(entryLines)),
  ...section('Asked of the host', recordLines(plan.seen.records)),
  ...section('Read off the text', labelLines(labels)),
  ...section('Not rehearsed', unseenLines(plan.seen)),
];
