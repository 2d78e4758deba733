import { holderOf } from '#db/ledger/change-rows';
import { openChange } from '#db/ledger/changes';
import { judge } from '#db/ledger/decisions';
import type { Ledger } from '#db/ledger/ledger';
import { LEDGER } from '#db/ledger/own/own';
import { planOwn } from '#db/ledger/own/plan-own';
import { workerFor } from '#db/ledger/workers';
import { ACTIONS, type ActionName, isOwnAction } from '#policies/actions';
import type { ChangeId, NodeName } from '#policies/ids';
import type { Json } from '#policies/json';
import { no, ok } from '#policies/result';
import { isOwnTarget, type Target, targetKey } from '#policies/target';
import { page } from '../cards/look.ts';
import { watchingNow } from '../watching.ts';
import { readArguments } from './arguments.ts';
import type { Answer, Asking, Command } from './command.ts';
import { findTarget } from './find-target.ts';
import { takeReason } from './reason.ts';

/** A change somebody wants, before the rules were asked. */
export type Wish = {
  readonly action: ActionName;
  readonly target: Target;
  readonly node: NodeName | null;
  readonly params: { readonly [name: string]: Json };
  readonly undoes: ChangeId | null;
  /** Why, in the words of whoever wants it. */
  readonly reason: string | null;
  /** The worker that has to do it, where only one can. */
  readonly worker: string | null;
};

const watchersOf = ({ office, place }: Asking) => {
  const here = { platform: place.platform, chat: place.chat };
  const watching = watchingNow(office);
  const known = watching.some((other) => other.platform === here.platform && other.chat === here.chat);
  return known ? watching : [...watching, here];
};

/** Who does it: a worker of the site, or the ledger where it is about Quorate itself. */
const doerOf = (ledger: Ledger, { target, node }: Wish): string | undefined =>
  isOwnTarget(target) ? LEDGER : workerFor(ledger, target.site, node)?.address;

/** Asks the rules and, where they do not say no, opens the change; its plan comes from whoever does it. */
export const propose = (asking: Asking, wish: Wish): Answer => {
  const { office, person, place, actor, words } = asking;
  const { ledger, authority } = office;
  const { action, target, params, undoes, reason } = wish;
  const asked = { action, target, risk: ACTIONS[action].risk, platform: place.platform, reason };
  const decision = judge(ledger, authority.rules, person, asked);
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
    watchers: watchersOf(asking),
  };
  const change = openChange(ledger, opening, actor);
  if (isOwnAction(action)) planOwn(ledger, authority, change.id);
  return ok(page('neutral', words.say('done.asked', { no: String(change.no) }), []));
};

const usageOf = (action: (typeof ACTIONS)[ActionName]): string => {
  const target = action.target === 'node' ? 'NODE' : 'ID';
  const names = action.positional.map((name) => name.toUpperCase());
  const settings = action.command === 'set' ? ['memory=MiB cores=N …'] : [];
  return [action.command, target, ...names, ...settings].join(' ');
};

/** The command of one row of the catalogue. */
export const askCommand = (name: ActionName): Command => {
  const action = ACTIONS[name];
  return {
    name: action.command,
    usage: usageOf(action),
    who: action.who,
    ...(action.target === 'guest' ? { scoped: true } : {}),
    run: (asking, [text, ...rest]) => {
      const { command } = action;
      if (text === undefined) return no({ no: 'missing-argument', command, argument: action.target });
      const found = findTarget(asking.sight.inventories(), name, text);
      if (!found.ok) return found;
      const { reason, words } = takeReason(command, rest);
      if (!reason.ok) return reason;
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
      });
    },
  };
};
