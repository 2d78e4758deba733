import { parseArgs } from 'node:util';
import { inventoryReader } from '#db/ledger/inventory';
import type { Ledger } from '#db/ledger/ledger';
import { personById } from '#db/ledger/people';
import { rulesNow } from '#db/ledger/rules-in-force';
import { ACTIONS, ActionName, ownKindOf } from '#policies/actions';
import { factsOf } from '#policies/decide/facts-of';
import type { DecisionRequest } from '#policies/decide/request';
import { NodeName, SiteId, Vmid } from '#policies/ids';
import type { Person } from '#policies/person';
import { readWith } from '#policies/read-with';
import type { Rules } from '#policies/rules/schema';
import { readOwnTarget, type Target } from '#policies/target';
import { outside } from '../cards/words.ts';
import { configuredRules, namedRules } from './rules-sources.ts';
import { misused, type Shell, said } from './shell.ts';
import { withLedger } from './with-ledger.ts';

type Typed = {
  readonly action: ActionName;
  readonly target: Target;
  readonly person: string;
  readonly file: string | undefined;
  readonly votes: readonly string[];
  readonly at: string | undefined;
};

const options = {
  as: { type: 'string' },
  file: { type: 'string' },
  votes: { type: 'string' },
  at: { type: 'string' },
} as const;

const readTarget = (action: ActionName, text: string | undefined, site: SiteId): Target | null => {
  const own = ownKindOf(action);
  if (own) return readOwnTarget(own, text ?? '');
  const [vmid, node] = [readWith(Vmid, text), readWith(NodeName, text)];
  if (ACTIONS[action].target === 'node') return node.success ? { kind: 'node', site, node: node.data } : null;
  return vmid.success ? { kind: 'guest', site, vmid: vmid.data } : null;
};

const readTyped = (args: readonly string[], site: string): Typed | null => {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
  const [name, where] = positionals;
  const action = readWith(ActionName, name);
  if (!action.success || values.as === undefined) return null;
  const target = readTarget(action.data, where, SiteId.parse(site));
  if (target === null) return null;
  const votes = (values.votes ?? '').split(',').filter((id) => id !== '');
  return { action: action.data, target, person: values.as, file: values.file, votes, at: values.at };
};

/** Somebody's request as it was typed, and the rules it is tried on: those of a file, or those in force. */
export type AskedOf = {
  readonly typed: Typed;
  readonly ledger: Ledger;
  readonly person: Person;
  readonly rules: Rules;
};

/** Reads what was typed after `rules explain` or `rules simulate` and opens the ledger for it. */
export const withAsked = (
  shell: Shell,
  { args, usage }: { readonly args: readonly string[]; readonly usage: string },
  use: (asked: AskedOf) => number,
): number =>
  withLedger(shell, (ledger, settings) => {
    const typed = readTyped(args, settings.site);
    if (!typed) return misused(shell, usage);
    const person = personById(ledger, typed.person);
    if (!person) {
      shell.complain(said(shell, 'cli.no-person', { person: outside(typed.person) }));
      return 1;
    }
    const rules =
      typed.file === undefined
        ? (rulesNow(ledger)?.rules ?? configuredRules(shell, settings.rules))
        : namedRules(shell, typed.file);
    return rules ? use({ typed, ledger, person, rules }) : 1;
  });

/** The request with the facts of the last inventory, at a moment (ms). */
export const requestAt = ({ typed, ledger, person }: AskedOf, at: number): DecisionRequest => {
  const { action, target } = typed;
  const seen = factsOf(target, inventoryReader(ledger)(), at);
  return { at, action, target, risk: ACTIONS[action].risk, platform: 'cli', requester: person, ...seen };
};
