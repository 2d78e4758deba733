import type { ChangedPath, ChangeSetEffect, Rehearsed, Sides } from '#policies/change-set';
import { plain, type Words } from './words.ts';

const sides = (name: string, before: string | null, after: string | null): readonly string[] => [
  ...(before === null ? [] : [`-${name}${before}`]),
  ...(after === null ? [] : [`+${name}${after}`]),
];

const rows = (kind: string, of: readonly Sides[]): readonly string[] =>
  of.flatMap(({ name, before, after }) => sides(`${kind} ${name} `, before, after));

const unshownText = (words: Words, { unshown }: ChangedPath): readonly string[] =>
  unshown === null || unshown === 'not-a-file' || unshown === 'same-content'
    ? []
    : [`  (${plain(words.say(`unshown.${unshown}`))})`];

const entryLines = (words: Words, entry: ChangedPath): readonly string[] => [
  `--- ${entry.before === null ? '/dev/null' : entry.path}`,
  `+++ ${entry.after === null ? '/dev/null' : entry.path}`,
  ...(entry.before === entry.after ? [` ${entry.before}`] : sides('', entry.before, entry.after)),
  ...(entry.diff ?? []),
  ...unshownText(words, entry),
];

const linesText = (lines: readonly number[]): string => (lines.length === 0 ? '' : ` ${lines.join(', ')}`);

/** What it came from: what is short of the script, what its text says by line, and the text itself, whole. */
const rehearsedLines = (rehearsed: Rehearsed): readonly string[] => [
  ...rehearsed.short.flatMap(({ of, what }) => what.map((one) => `! ${of}: ${one}`)),
  ...rehearsed.unseen.map((place) => `? ${place}`),
  `# ${[rehearsed.path, ...rehearsed.args].join(' ')}`,
  `# sha256 ${rehearsed.sha256}, exit ${rehearsed.code}`,
  ...(rehearsed.answers === null ? [] : [`# answers: ${rehearsed.answers}`]),
  ...rehearsed.labels.map(({ label, lines }) => `# ${label}${linesText(lines)}`),
  ...(rehearsed.text
    ?.trimEnd()
    .split('\n')
    .map((line, at) => `${at + 1}| ${line}`) ?? []),
];

/** A change set path by path: both states, the hunks of its content, or why there are none; then what it came from. */
export const setDiff = (effect: ChangeSetEffect, words: Words): readonly string[] => [
  `changeset ${effect.digest}`,
  ...rows('package', effect.packages),
  ...rows('account', effect.accounts),
  ...rows('unit', effect.units),
  ...effect.entries.flatMap((entry) => entryLines(words, entry)),
  ...(effect.jobs ?? []).map(
    (job) => `(systemctl ${job.job}${job.job === 'daemon-reload' ? '' : ` ${job.unit}`})`,
  ),
  ...(effect.rehearsed === null ? [] : rehearsedLines(effect.rehearsed)),
];
