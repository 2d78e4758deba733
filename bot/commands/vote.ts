import { shownButton, type Verb } from '#db/ledger/buttons';
import { no } from '#policies/result';
import { aboutChange } from './about-change.ts';
import type { Command } from './command.ts';
import { CHANGE, OPTIONAL, type Option, option } from './option.ts';
import { callBack, keep, press, withdraw } from './press.ts';

const USAGES = {
  approve: 'approve CHANGE [TARGET]',
  confirm: 'confirm CHANGE TARGET',
  deny: 'deny CHANGE',
} as const;

/** What is typed again stands in no list to choose from: it is there to be thought about. */
const OPTIONS: { readonly [V in keyof typeof USAGES]: readonly Option[] } = {
  approve: [CHANGE, option('target', 'text', OPTIONAL)],
  confirm: [CHANGE, option('target', 'text')],
  deny: [CHANGE],
};

/**
 * `/approve 42` typed: presses the button of the card that stands in this chat. Where the whole plan of now was not
 * shown here there is no such button, and typing it counts no more than pressing nothing.
 */
export const pressCommand = (verb: Extract<Verb, 'approve' | 'confirm' | 'deny'>): Command => ({
  name: verb,
  usage: USAGES[verb],
  options: OPTIONS[verb],
  who: 'viewer',
  scoped: true,
  run: aboutChange(verb, (asking, change, [typed]) => {
    const button = shownButton(asking.office.ledger, change, verb, asking.place);
    if (button) return press(asking, button, typed ?? null);
    const { state } = change.state;
    return state === 'awaiting'
      ? no({ no: 'plan-not-shown' })
      : no({ no: 'not-possible', state, event: verb === 'approve' ? 'vote' : verb });
  }),
});

/** `/withdraw 42` needs no card: taking a request back is right whatever its plan is. */
export const withdrawCommand: Command = {
  name: 'withdraw',
  usage: 'withdraw CHANGE',
  options: [CHANGE],
  who: 'viewer',
  scoped: true,
  run: aboutChange('withdraw', (asking, change) => withdraw(asking, { change, plan: null, typed: null })),
};

/** `/keep 42`: what was done stays. No card is needed: it is about what happened, whatever its plan is. */
export const keepCommand: Command = {
  name: 'keep',
  usage: 'keep CHANGE',
  options: [CHANGE],
  who: 'viewer',
  scoped: true,
  run: aboutChange('keep', (asking, change) => keep(asking, { change, plan: null, typed: null })),
};

/** `/revert 42`: what was done is taken back before its time. */
export const revertCommand: Command = {
  name: 'revert',
  usage: 'revert CHANGE',
  options: [CHANGE],
  who: 'viewer',
  scoped: true,
  run: aboutChange('revert', (asking, change) => callBack(asking, { change, plan: null, typed: null })),
};
