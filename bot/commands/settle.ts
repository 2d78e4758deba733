import { askToLook, settleUnknown } from '#db/ledger/settle';
import { no, ok } from '#policies/result';
import type { Verdict } from '#policies/ticket';
import { page } from '../cards/look.ts';
import type { Command } from './command.ts';
import { findChange } from './find-change.ts';
import { CHANGE, choice } from './option.ts';

/** `/look 42`: the worker looks once more. It may go on taking back what it had begun to take back, so it is for admins. */
export const lookCommand: Command = {
  name: 'look',
  usage: 'look CHANGE',
  options: [CHANGE],
  who: 'admin',
  scoped: true,
  run: (asking, [text]) => {
    const { office, person, actor, words } = asking;
    if (text === undefined) return no({ no: 'missing-argument', command: 'look', argument: 'change' });
    const change = findChange(asking, text);
    if (!change.ok) return change;
    const asked = askToLook(office.ledger, change.value, { person, actor });
    return asked.ok ? ok(page('neutral', words.say('done.looking'), [])) : asked;
  },
};

const ENDS: { readonly [said: string]: Verdict['end'] | undefined } = { done: 'succeeded', failed: 'failed' };

/** `/settle 42 done`: an admin who looked says how it ended; the target is let go. */
export const settleCommand: Command = {
  name: 'settle',
  usage: 'settle CHANGE done|failed',
  options: [CHANGE, choice('end', ['done', 'failed'])],
  who: 'admin',
  scoped: true,
  run: (asking, [text, said]) => {
    const { office, person, actor, words } = asking;
    const command = 'settle';
    if (text === undefined) return no({ no: 'missing-argument', command, argument: 'change' });
    if (said === undefined) return no({ no: 'missing-argument', command, argument: 'end' });
    const end = Object.hasOwn(ENDS, said) ? ENDS[said] : undefined;
    if (end === undefined) return no({ no: 'bad-argument', command, argument: said, expected: 'end' });
    const change = findChange(asking, text);
    if (!change.ok) return change;
    const { ledger, authority } = office;
    const settled = settleUnknown(ledger, authority, { change: change.value, end, person, actor });
    return settled.ok ? ok(page('neutral', words.say('done.settled'), [])) : settled;
  },
};
