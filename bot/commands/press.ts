import { sha256 } from '#db/canonical';
import type { ButtonRow, Verb } from '#db/ledger/buttons';
import { changeById } from '#db/ledger/change-rows';
import { apply } from '#db/ledger/changes';
import { choose } from '#db/ledger/choose';
import { castDenial, castVote, confirmAlone } from '#db/ledger/votes';
import type { Change } from '#policies/change/change';
import { ChangeId, PlanHash } from '#policies/ids';
import { atLeast } from '#policies/person';
import { no, ok } from '#policies/result';
import { changeCard } from '../cards/change.ts';
import { page } from '../cards/look.ts';
import { agreedCard } from './agreed.ts';
import { propose } from './ask.ts';
import { glassHint } from './break-glass.ts';
import type { Answer, Asking } from './command.ts';
import { viewOf } from './find-change.ts';
import { undo } from './undo.ts';

/** `typed`: what somebody wrote behind the change, where they typed a command instead of pressing. */
type Pressed = { readonly change: Change; readonly plan: PlanHash | null; readonly typed: string | null };
type Press = (asking: Asking, pressed: Pressed) => Answer;

const approve: Press = (asking, { change, plan, typed }) => {
  const { office, person, actor, words } = asking;
  if (plan === null) return no({ no: 'plan-not-shown' });
  const moved = castVote(office.ledger, office.authority, { change, person, plan, actor, typed });
  return moved.ok ? ok(agreedCard(office, words, moved.value, glassHint(asking, moved.value))) : moved;
};

const confirm: Press = (asking, { change, plan, typed }) => {
  const { office, person, actor, words } = asking;
  if (plan === null) return no({ no: 'plan-not-shown' });
  const moved = confirmAlone(office.ledger, office.authority, { change, person, plan, actor, typed });
  return moved.ok ? ok(agreedCard(office, words, moved.value)) : moved;
};

const deny: Press = ({ office, person, actor, words }, { change, plan }) => {
  if (plan === null) return no({ no: 'plan-not-shown' });
  const moved = castDenial(office.ledger, { change, person, plan, actor });
  return moved.ok ? ok(page('neutral', words.say('done.denied'), [])) : moved;
};

/** The requester takes it back; an admin may do it for them. */
export const withdraw: Press = ({ office, person, actor, words }, { change }) => {
  if (person.id !== change.requester && !atLeast(person.role, 'admin'))
    return no({ no: 'role-too-low', role: person.role, needs: 'admin' });
  const moved = apply(office.ledger, change.id, { type: 'withdraw', by: person.id }, actor);
  return moved.ok ? ok(page('neutral', words.say('done.withdrawn'), [])) : moved;
};

/** What was done stays, or goes at once: whoever says so is told that its worker decides whether it came in time. */
const chooses =
  (choice: 'keep' | 'revert'): Press =>
  ({ office, person, actor, words }, { change, plan }) => {
    const moved = choose(office.ledger, office.authority, { change, choice, plan, person, actor });
    return moved.ok ? ok(page('good', words.say(`done.${choice}`), [])) : moved;
  };

/** Keeps what was done. */
export const keep: Press = chooses('keep');

/** Has what was done taken back before its time. */
export const callBack: Press = chooses('revert');

/** The whole card privately, with as much diff as the platform shows at most, and no buttons. */
const details: Press = ({ office, words }, { change }) => {
  const view = viewOf(office, change);
  return ok(
    changeCard({ words, view, room: { lines: 200, text: 3000, files: true }, token: () => null, sha256 }),
  );
};

const planAgain: Press = (asking, { change }) => {
  const { action, target, params, worker, undoes, reason, runAt } = change;
  return propose(asking, { action, target, params, undoes, worker, reason, runAt, node: null });
};

const PRESSES: { readonly [V in Verb]: Press } = {
  approve,
  confirm,
  deny,
  details,
  withdraw,
  keep,
  revert: callBack,
  undo: (asking, { change }) => undo(asking, change, { reason: null, runAt: null }),
  'plan-again': planAgain,
};

/** What a button does, for the person who pressed it now. */
export const press = (asking: Asking, button: ButtonRow, typed: string | null = null): Answer => {
  const change = changeById(asking.office.ledger, ChangeId.parse(button.change));
  if (!change) return no({ no: 'stale-button' });
  if (!asking.sight.sees(change.target)) return no({ no: 'no-such-change', text: `#${change.no}` });
  const plan = button.plan === null ? null : PlanHash.parse(button.plan);
  // The column only ever holds what buttonToken was given: a Verb.
  return PRESSES[button.verb as Verb](asking, { change, plan, typed });
};
