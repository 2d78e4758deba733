import { type Asked, openAsked } from '#db/ledger/asking';
import { holderOf } from '#db/ledger/change-rows';
import type { Place } from '#db/ledger/copies';
import { judge } from '#db/ledger/decisions';
import type { Ledger } from '#db/ledger/ledger';
import { LEDGER } from '#db/ledger/own/own';
import { planOwn } from '#db/ledger/own/plan-own';
import { workerFor } from '#db/ledger/workers';
import { ACTIONS, type ActionName, isOwnAction, type OwnAction } from '#policies/actions';
import { clockText, FURTHEST, notAhead } from '#policies/calendar/run-at';
import type { ChangeId, NodeName } from '#policies/ids';
import type { Json } from '#policies/json';
import type { Refusal } from '#policies/refusal';
import { no, ok } from '#policies/result';
import { zoneOf } from '#policies/rules/zone-of';
import { isOwnTarget, type Target, targetKey } from '#policies/target';
import { page } from '../cards/look.ts';
import { chatSees } from '../shown-in.ts';
import { watchingNow } from '../watching.ts';
import { readArguments } from './arguments.ts';
import { catalogueOptions } from './catalogue-options.ts';
import type { Answer, Asking, Command } from './command.ts';
import { findTarget } from './find-target.ts';
import { takeReason } from './reason.ts';
import { takeRunAt } from './run-at.ts';

/** A change somebody wants, before the rules were asked. */
export type Wish = {
  readonly action: ActionName;
  readonly target: Target;
  readonly node: NodeName | null;
  readonly params: { readonly [name: string]: Json };
  readonly undoes: ChangeId | null;
  /** Why, in the words of whoever wants it. */
  readonly reason: string | null;
  /** When it shall begin (ms); null for as soon as it may. */
  readonly runAt: number | null;
  /** The worker that has to do it, where only one can. */
  readonly worker: string | null;
};

/** Where the card is to stand: in every chat that sees the target or may come to, and here. */
const watchersOf = ({ office, place }: Asking, { target }: Wish): readonly Place[] => {
  const here = { platform: place.platform, chat: place.chat };
  const watching = watchingNow(office).filter((chat) => chatSees(office, chat, target) !== 'out');
  const known = watching.some((other) => other.platform === here.platform && other.chat === here.chat);
  return known ? watching : [...watching, here];
};

/** Who does it: a worker of the site, or the ledger where it is about Quorate itself. */
const doerOf = (ledger: Ledger, { target, node }: Wish): string | undefined =>
  isOwnTarget(target) ? LEDGER : workerFor(ledger, target.site, node)?.address;

/** The no to a time that is over or too far away; null where it can be waited for. */
const outOfReach = ({ office, now }: Asking, { runAt: at }: Wish): Refusal | null => {
  const zone = zoneOf(office.authority.rules);
  const why = at === null ? null : notAhead(at, now);
  if (at === null || why === null) return null;
  return why === 'past' ? { no: 'at-past', at, zone } : { no: 'at-too-far', at, zone, most: FURTHEST };
};

/** What whoever asked is told: the number of the change, when it is wanted, and which of theirs it takes the place of. */
const askedAnswer = ({ office, words }: Asking, { change, superseded }: Asked): Answer => {
  const { no: number, runAt } = change;
  const clock = runAt === null ? null : clockText(runAt, zoneOf(office.authority.rules));
  const older = superseded.map((one) => `#${one.no}`).join(', ');
  const lines = [
    ...(clock === null ? [] : [words.say('done.asked-at', { clock })]),
    ...(older === '' ? [] : [words.say('done.superseded', { older })]),
  ];
  return ok(page('neutral', words.say('done.asked', { no: String(number) }), lines));
};

/** Asks the rules and, where they do not say no, opens the change; its plan comes from whoever does it. */
export const propose = (asking: Asking, wish: Wish): Answer => {
  const { office, person, place, actor, now } = asking;
  const { ledger, authority } = office;
  const { action, target, params, undoes, reason, runAt } = wish;
  const unreachable = outOfReach(asking, wish);
  if (unreachable) return no(unreachable);
  // The card would stand here, and a card in private would be one that nobody else can agree to.
  if (chatSees(office, place, target) !== 'in')
    return no({ no: 'not-in-this-chat', target: targetKey(target) });
  const { risk } = ACTIONS[action];
  const request = { action, target, risk, platform: place.platform, reason, since: now, runAt };
  const decision = judge(ledger, authority.rules, person, request);
  if (decision.verdict === 'refuse') return no(decision.refusal);
  const key = targetKey(target);
  const holder = holderOf(ledger, key, null);
  if (holder) return no({ no: 'target-busy', target: key, change: holder.no });
  const worker = wish.worker ?? doerOf(ledger, wish);
  if (!worker) return no({ no: 'no-worker', target: key });
  const chat = { platform: place.platform, chat: place.chat };
  const opening = {
    action,
    target,
    params,
    requester: person.id,
    chat,
    worker,
    rules: authority.digest,
    undoes,
    reason,
    runAt,
    watchers: watchersOf(asking, wish),
  };
  const asked = openAsked(ledger, opening, { caps: authority.rules.caps, actor });
  if (!asked.ok) return asked;
  if (isOwnAction(action)) planOwn(ledger, authority, asked.value.change.id);
  return askedAnswer(asking, asked.value);
};

const usageOf = (action: (typeof ACTIONS)[ActionName]): string => {
  const target = action.target === 'node' ? 'NODE' : 'ID';
  const names = action.positional.map((name) => name.toUpperCase());
  const settings = action.command === 'set' ? ['memory=MiB cores=N …'] : [];
  return [action.command, target, ...names, ...settings].join(' ');
};

/** The command of one row of the catalogue. */
export const askCommand = (name: Exclude<ActionName, OwnAction | 'change.undo'>): Command => {
  const action = ACTIONS[name];
  return {
    name: action.command,
    usage: usageOf(action),
    options: catalogueOptions(name),
    who: action.who,
    ...(action.target === 'guest' ? { scoped: true } : {}),
    run: (asking, [text, ...rest]) => {
      const { command } = action;
      if (text === undefined) return no({ no: 'missing-argument', command, argument: action.target });
      const found = findTarget(asking.sight.inventories(), name, text);
      if (!found.ok) return found;
      const { reason, words: timed } = takeReason(command, rest);
      if (!reason.ok) return reason;
      const { office, now } = asking;
      const { runAt, words } = takeRunAt(command, timed, { now, zone: zoneOf(office.authority.rules) });
      if (!runAt.ok) return runAt;
      const params = readArguments(action, words);
      if (!params.ok) return params;
      const { target, node } = found.value;
      return propose(asking, {
        action: name,
        target,
        node,
        params: params.value,
        undoes: null,
        worker: null,
        reason: reason.value,
        runAt: runAt.value,
      });
    },
  };
};
