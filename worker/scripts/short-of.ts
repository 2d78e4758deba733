import type { ScriptAnswer, Shortfall } from '#policies/script-request';
import { shownPath } from '../changeset/shown-text.ts';
import type { Met, Recorded } from '../sandbox/record.ts';
import type { ScriptPlan } from './plan-script.ts';

/** What a plan is short of, and what of it. */
export type Short = { readonly of: Shortfall; readonly what: readonly string[] };

const LEFT_OUT: readonly Met[] = ['recorded', 'files-only', 'denied'];
const UNSEEN: readonly (string | null)[] = ['secret', 'binary', 'large', 'unavailable'];

/** A call as it was made, on one line. */
export const callText = ({ program, args }: Pick<Recorded, 'program' | 'args'>): string =>
  shownPath([program, ...args].join(' '));

/** Calls of a rehearsal that are no files, were not done and are not done by any step of the plan. */
export const isLeftOut = ({ met }: Recorded): boolean => LEFT_OUT.includes(met);

const each = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** The dialogs that no answer was prepared for: each answer is good for the first that holds its words, once. */
export const unansweredDialogs = (
  records: readonly Recorded[],
  answers: readonly ScriptAnswer[],
): readonly string[] => {
  const left = [...answers];
  return records
    .filter(({ met }) => met === 'dialog')
    .filter(({ args }) => {
      const index = left.findIndex(({ matches }) => args.join('\n').includes(matches));
      if (index !== -1) left.splice(index, 1);
      return index === -1;
    })
    .map(callText);
};

/** Everything by which a plan does or shows less than the script does. `leftOut`: the calls that no step of it does. */
export const shortOf = (
  { code, explained, withheld, seen: { records } }: ScriptPlan,
  leftOut: readonly Recorded[],
): readonly Short[] => {
  const all: readonly Short[] = [
    { of: 'left-out', what: [...each(leftOut.map(callText)), ...withheld.map(shownPath)] },
    { of: 'unanswered', what: each(records.filter(({ met }) => met === 'unanswered').map(callText)) },
    { of: 'failed', what: code === 0 ? [] : [`exit ${code}`] },
    {
      of: 'unseen',
      what: explained.entries.filter(({ unshown }) => UNSEEN.includes(unshown)).map(({ path }) => path),
    },
  ];
  return all.filter(({ what }) => what.length > 0);
};
