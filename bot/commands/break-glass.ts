import { breakGlass } from '#db/ledger/break-glass';
import { shownButton } from '#db/ledger/buttons';
import { planByHash } from '#db/ledger/change-rows';
import { judgeThenAndNow } from '#db/ledger/decisions';
import { writeReview } from '#db/ledger/reviews';
import type { Change } from '#policies/change/change';
import { mayBreakGlass } from '#policies/decide/break-glass';
import { PlanHash } from '#policies/ids';
import { no, ok } from '#policies/result';
import { shortName } from '#policies/target';
import { page } from '../cards/look.ts';
import { code, when } from '../cards/words.ts';
import type { Line } from '../chat/card.ts';
import { watchingNow } from '../watching.ts';
import { aboutChange } from './about-change.ts';
import type { Answer, Asking, Command } from './command.ts';
import { CHANGE, MUST_REASON, option } from './option.ts';
import { takeReason } from './reason.ts';

const command = 'break_glass';

/** What whoever broke it is told: that it begins, or when it will, and that a review is owed. */
const answerOf = ({ words, now }: Asking, { state, glass }: Change): Answer => {
  const due = glass.at(-1)?.due ?? now;
  const owed = words.say('done.review-owed', { when: when(due) });
  if (state.state === 'running') return ok(page('bad', words.say('done.glass-begins'), [owed]));
  const waits = state.state === 'approved' && state.from > now;
  const said = waits
    ? words.say('done.glass-waits', { when: when(state.from) })
    : words.say('done.glass-counted', { state: words.say(`state.${state.state}`) });
  return ok(page('bad', said, [owed]));
};

/** `/break_glass 42 101 reason="…"`: starts what was shown in this chat without the missing votes. */
export const breakGlassCommand: Command = {
  name: command,
  usage: 'break_glass CHANGE TARGET reason="…"',
  options: [CHANGE, option('target', 'text'), MUST_REASON],
  who: 'operator',
  run: aboutChange(command, (asking, change, rest) => {
    const { office, person, actor, place } = asking;
    const { reason, words: typed } = takeReason(command, rest);
    if (!reason.ok) return reason;
    if (reason.value === null) return no({ no: 'missing-argument', command, argument: 'reason' });
    const { state } = change.state;
    if (state !== 'awaiting') return no({ no: 'not-possible', state, event: 'break-glass' });
    const shown = shownButton(office.ledger, change, 'approve', place);
    if (!shown?.plan)
      return no(change.state.needs.length > 0 ? { no: 'plan-not-shown' } : { no: 'nothing-missing' });
    const watching = watchingNow(office);
    const broken = breakGlass(office.ledger, office.authority, {
      change,
      plan: PlanHash.parse(shown.plan),
      person,
      actor,
      typed: typed[0] ?? '',
      reason: reason.value,
      watching,
    });
    return broken.ok ? answerOf(asking, broken.value) : broken;
  }),
};

/** Shortest and longest review that is kept (UTF-16 units). */
const LENGTH = { least: 10, most: 1000 } as const;

/** `/review 42 what was found`: somebody else looks at what was done without the votes. */
export const reviewCommand: Command = {
  name: 'review',
  usage: 'review CHANGE TEXT',
  options: [CHANGE, option('text', 'text')],
  who: 'viewer',
  scoped: true,
  run: aboutChange('review', ({ office, person, actor, words }, change, rest) => {
    const text = rest.join(' ').trim();
    if (text.length === 0) return no({ no: 'missing-argument', command: 'review', argument: 'text' });
    if (text.length < LENGTH.least || text.length > LENGTH.most)
      return no({ no: 'bad-argument', command: 'review', argument: 'text', expected: 'text' });
    const written = writeReview(office.ledger, { change, person, actor, text });
    return written.ok ? ok(page('good', words.say('done.reviewed'), [])) : written;
  }),
};

/** Whoever may break the glass of this change is told how, while votes are missing; everybody else hears nothing of it. */
export const glassHint = ({ office, person, words }: Asking, change: Change): readonly Line[] => {
  const { state, no: number, target } = change;
  const plan =
    state.state === 'awaiting' && state.needs.length > 0 ? planByHash(office.ledger, state.plan) : null;
  if (!plan || !office.authority.rules.break_glass) return [];
  const decision = judgeThenAndNow(office.ledger, office.authority, { change, risk: plan.risk });
  if (decision.verdict === 'refuse' || !mayBreakGlass(decision.glass, person).ok) return [];
  return [
    words.say('glass.hint', { typed: [code(`/break_glass ${number} ${shortName(target)} reason="…"`)] }),
  ];
};
