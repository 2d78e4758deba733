import type { Change } from '#policies/change/change';
import { no } from '#policies/result';
import type { Answer, Asking, Command } from './command.ts';
import { findChange } from './find-change.ts';

/** The run of a command whose first argument names a change; it is refused where that names none. */
export const aboutChange =
  (
    command: string,
    act: (asking: Asking, change: Change, rest: readonly string[]) => Answer,
  ): Command['run'] =>
  (asking, [text, ...rest]) => {
    if (text === undefined) return no({ no: 'missing-argument', command, argument: 'change' });
    const change = findChange(asking, text);
    return change.ok ? act(asking, change.value, rest) : change;
  };
