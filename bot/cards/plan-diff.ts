import { createTwoFilesPatch } from 'diff';
import type { Effect, FileEffect, FileState, SettingDiff } from '#policies/effect';
import type { AnyPlan, OwnEffect } from '#policies/own-plan';
import { effectLines } from './effect.ts';
import { HOST_DIFFS } from './host-diff.ts';
import { setDiff } from './set-diff.ts';
import { plain, type Words } from './words.ts';

const mode = (state: FileState): string =>
  `mode ${state.mode.toString(8).padStart(4, '0')} owner ${state.uid}:${state.gid}`;

const metaLines = (before: FileState | null, after: FileState | null): readonly string[] => {
  if (before && after && mode(before) === mode(after)) return [];
  return [...(before ? [`-${mode(before)}`] : []), ...(after ? [`+${mode(after)}`] : [])];
};

const fileDiff = ({
  path,
  before,
  after,
}: Pick<FileEffect, 'path' | 'before' | 'after'>): readonly string[] => {
  const from = before ? path : '/dev/null';
  const to = after ? path : '/dev/null';
  const patch = createTwoFilesPatch(from, to, before?.content ?? '', after?.content ?? '');
  const [, ...lines] = patch.trimEnd().split('\n');
  return [...lines, ...metaLines(before, after)];
};

const refreshText = ({ refresh }: Extract<Effect, { kind: 'refreshed-file' }>): string =>
  refresh.by === 'unit' ? `(systemctl try-restart ${refresh.unit})` : '(update-initramfs -u -k all)';

const settingLines = ({ key, before, after }: SettingDiff): readonly string[] => [
  ...(before === null ? [] : [`-${key}: ${before}`]),
  ...(after === null ? [] : [`+${key}: ${after}`]),
];

const apiDiff = ({ call, diff }: Extract<Effect, { kind: 'api' }>): readonly string[] => [
  `${call.method} ${call.path}`,
  ...Object.entries(call.params).map(([name, value]) => `  ${name}=${value}`),
  ...diff.flatMap(settingLines),
];

/** Both files as diffs, then what the rehearsal saw become of devices and routes. */
const networkDiff = ({ before, after, diff }: Extract<Effect, { kind: 'network' }>): readonly string[] => [
  ...fileDiff({
    path: '/etc/network/interfaces',
    before: before.interfaces,
    after: after.interfaces,
  }),
  ...diff.flatMap(settingLines),
];

type Drawn = {
  readonly [K in AnyEffect['kind']]: (
    effect: Extract<AnyEffect, { kind: K }>,
    words: Words,
  ) => readonly string[];
};
type AnyEffect = Effect | OwnEffect;

const EFFECTS: Drawn = {
  file: fileDiff,
  'refreshed-file': (effect) => [...fileDiff(effect), refreshText(effect)],
  'kernel-cmdline': (effect) => [...fileDiff(effect), `(${effect.loader})`],
  ...HOST_DIFFS,
  api: apiDiff,
  network: networkDiff,
  changeset: setDiff,
  record: ({ of, diff }) => [of, ...diff.flatMap(settingLines)],
  rules: ({ before, after, effect }, words) => [
    `-rules ${before}`,
    `+rules ${after}`,
    ...effectLines(words, effect).map((line) => plain(line).replace(/[\r\n\t]+/g, ' ')),
  ],
};

const linesOf = (effect: AnyEffect, words: Words): readonly string[] => {
  // The table has a row for each kind of effect, for exactly that kind.
  const draw = EFFECTS[effect.kind] as (effect: AnyEffect, words: Words) => readonly string[];
  return draw(effect, words);
};

/**
 * The exact effect of a plan as one text: a unified diff for files, the request with the settings it changes for the
 * API; for other rules both digests and what becomes different. It is made from the plan alone, so its sha256 names what was
 * approved as well as the plan's hash does.
 */
export const planDiff = (plan: AnyPlan, words: Words): string =>
  plan.effects.flatMap((effect) => linesOf(effect, words)).join('\n');
