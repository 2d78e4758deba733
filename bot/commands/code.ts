import { sendCode } from '#db/ledger/codes';
import { readWith } from '#policies/read-with';
import { no, ok } from '#policies/result';
import { Code } from '#policies/second-factor';
import { page } from '../cards/look.ts';
import { aboutChange } from './about-change.ts';
import type { Command } from './command.ts';
import { CHANGE, option } from './option.ts';

const bad = { no: 'bad-argument', command: 'code', argument: 'code', expected: 'code' } as const;

/** `/code 42 123456`: whoever pressed Approve proves that it was them. What the worker says to it comes as a message of its own. */
export const codeCommand: Command = {
  name: 'code',
  usage: 'code CHANGE DIGITS',
  options: [CHANGE, option('digits', 'text')],
  who: 'viewer',
  scoped: true,
  unseen: true,
  run: (asking, args) => {
    // Refused before anything is looked up; what could be read by others is spoilt where refusals are put on record.
    if (!asking.unseen) return no({ no: 'code-not-private' });
    return aboutChange('code', ({ office, person, actor, place, words }, change, digits) => {
      const code = readWith(Code, digits.join(''));
      if (!code.success) return no(bad);
      const { ledger, authority } = office;
      const sent = sendCode(ledger, authority, { change, person, code: code.data, actor, place });
      return sent.ok ? ok(page('neutral', words.say('done.code-sent'), [])) : sent;
    })(asking, args);
  },
};
