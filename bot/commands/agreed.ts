import { votersOn } from '#db/ledger/voters';
import type { Change } from '#policies/change/change';
import { countVotes, slotsOf } from '#policies/change/vote';
import { page } from '../cards/look.ts';
import { type Words, when } from '../cards/words.ts';
import type { Card, Line } from '../chat/card.ts';
import type { Office } from '../office.ts';

const missing = ({ ledger }: Office, change: Change): number => {
  const { state, requester } = change;
  if (state.state !== 'awaiting') return 0;
  const { plan, votes } = state;
  const ballot = { requester, plan, votes, people: votersOn(ledger, change), now: ledger.now() };
  return slotsOf(state.needs).length - countVotes(state, ballot).slots.filter((slot) => slot.person).length;
};

/** What whoever agreed is told: who is missing, that it begins, or when it will. `hint`: what they could do where somebody is missing. */
export const agreedCard = (
  office: Office,
  words: Words,
  change: Change,
  hint: readonly Line[] = [],
): Card => {
  const { state } = change;
  if (state.state === 'awaiting')
    return page('good', words.say('done.approved', { missing: missing(office, change) }), hint);
  if (state.state === 'approved' && state.from > office.ledger.now())
    return page('good', words.say('done.waits', { when: when(state.from) }), []);
  if (state.state === 'running') return page('good', words.say('done.begins'), []);
  return page('neutral', words.say('done.counted', { state: words.say(`state.${state.state}`) }), []);
};
