import { sha256 } from '#db/canonical';
import { effectOfRules } from '#db/ledger/effect-of-rules';
import { rulesOf } from '#db/ledger/rule-sets';
import { inForceSince } from '#db/ledger/rules-in-force';
import { complaintsOf, doBuiltInHold, rulesFileNow, waitingRules } from '#db/ledger/rules-seen';
import { no, ok } from '#policies/result';
import type { RulesEffect } from '#policies/review/rules-effect';
import type { Rules } from '#policies/rules/schema';
import { type FileState, type RulesView, rulesCard } from '../cards/rules.ts';
import type { Office } from '../office.ts';
import { propose } from './ask.ts';
import { actorText } from './audit.ts';
import type { Answer, Asking, Command } from './command.ts';
import { choice, OPTIONAL } from './option.ts';
import { takeReason } from './reason.ts';

/** So many lines of rules stand in the card; all of them are in a file then. */
const ROOM = { lines: 30, text: 2000, files: true };

/** What the waiting rules would change, computed once for those in force: a large file takes seconds, and everybody may look. */
const computed = new WeakMap<Rules, { readonly of: string; readonly effect: RulesEffect }>();

const effectOf = ({ ledger, authority }: Office, waiting: string): RulesEffect => {
  const { rules } = authority;
  const known = computed.get(rules);
  if (known?.of === waiting) return known.effect;
  const effect = effectOfRules(ledger, [rules, rulesOf(ledger, waiting)]);
  computed.set(rules, { of: waiting, effect });
  return effect;
};

const stateOf = (office: Office): FileState => {
  const { ledger } = office;
  const seen = rulesFileNow(ledger);
  const waiting = waitingRules(ledger);
  if (!seen) return { file: 'in-force' };
  if (seen.digest === null) return { file: 'broken', at: seen.at, complaints: complaintsOf(seen) };
  if (waiting === null) return { file: 'in-force' };
  return { file: 'waiting', digest: waiting, at: seen.at, effect: effectOf(office, waiting) };
};

const viewOf = (office: Office): RulesView => {
  const { ledger, authority } = office;
  const since = inForceSince(ledger);
  if (!since) throw new Error('rules hold that were never put in force');
  const { rules, digest } = authority;
  const builtIn = doBuiltInHold(ledger);
  return { rules, digest, since: since.since, by: actorText(since), builtIn, state: stateOf(office) };
};

const show = ({ office, words }: Asking): Answer =>
  ok(rulesCard(words, viewOf(office), { room: ROOM, sha256 }));

/** Asks that exactly the rules come into force that wait now. */
const apply = (asking: Asking, typed: readonly string[]): Answer => {
  const { reason, words } = takeReason('rules', typed);
  if (!reason.ok) return reason;
  if (words[0] !== undefined)
    return no({ no: 'bad-argument', command: 'rules', argument: words[0], expected: 'known' });
  const digest = waitingRules(asking.office.ledger);
  if (digest === null) return no({ no: 'not-waiting' });
  return propose(asking, {
    action: 'rules.change',
    target: { kind: 'rules' },
    node: null,
    params: { digest },
    undoes: null,
    reason: reason.value,
    runAt: null,
    worker: null,
  });
};

/** `/rules`: what holds, since when and by whom. `/rules apply`: asks for the edited file that waits. */
export const rulesCommand: Command = {
  name: 'rules',
  usage: 'rules [apply]',
  options: [choice('do', ['apply'], OPTIONAL)],
  who: 'viewer',
  run: (asking, [verb, ...rest]) => {
    if (verb === undefined) return show(asking);
    if (verb === 'apply') return apply(asking, rest);
    return no({ no: 'bad-argument', command: 'rules', argument: verb, expected: 'apply' });
  },
};
