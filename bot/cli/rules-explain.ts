import { parseArgs } from 'node:util';
import { judge } from '#db/ledger/decisions';
import { personById } from '#db/ledger/people';
import { ACTIONS, ActionName } from '#policies/actions';
import { NodeName, SiteId, Vmid } from '#policies/ids';
import type { Target } from '#policies/target';
import { needsText, refusalText } from '../cards/refusal.ts';
import { outside } from '../cards/words.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';
import { withLedger } from './with-ledger.ts';

type Asked = { readonly action: ActionName; readonly target: Target; readonly person: string };

const readAsked = (args: readonly string[], site: string): Asked | null => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { as: { type: 'string' } },
  });
  const [name, where] = positionals;
  const action = ActionName.safeParse(name);
  const vmid = Vmid.safeParse(where);
  const node = NodeName.safeParse(where);
  if (!action.success || values.as === undefined) return null;
  const home = SiteId.parse(site);
  if (ACTIONS[action.data].target === 'node')
    return node.success
      ? { action: action.data, target: { kind: 'node', site: home, node: node.data }, person: values.as }
      : null;
  return vmid.success
    ? { action: action.data, target: { kind: 'guest', site: home, vmid: vmid.data }, person: values.as }
    : null;
};

/** `rules explain guest.stop 101 --as omar`: what the rules in force say, with the facts of the last inventory. */
export const rules: ShellCommand = {
  usage: 'rules explain ACTION TARGET --as PERSON',
  run: (shell, [verb, ...args]) => {
    if (verb !== 'explain') return misused(shell, rules.usage);
    return withLedger(shell, (ledger, settings) => {
      const asked = readAsked(args, settings.site);
      if (!asked) return misused(shell, rules.usage);
      const { action, target } = asked;
      const person = personById(ledger, asked.person);
      if (!person) {
        shell.complain(said(shell, 'cli.no-person', { person: outside(asked.person) }));
        return 1;
      }
      return explain(
        shell,
        judge(ledger, settings.rules, person, {
          action,
          target,
          risk: ACTIONS[action].risk,
          platform: 'cli',
          reason: '',
        }),
        person.id,
      );
    });
  },
};

const explain = (shell: Shell, decision: ReturnType<typeof judge>, person: string): number => {
  const { words } = shell;
  const spoke = outside(decision.rules.join(', '));
  if (decision.verdict === 'refuse') {
    shell.print(said(shell, 'cli.rules-refuse', { why: refusalText(words, decision.refusal) }));
    return 1;
  }
  const minutes = Math.round(decision.expires / 60_000);
  const needs = needsText(words, decision.needs);
  shell.print(
    decision.verdict === 'allow'
      ? said(shell, 'cli.rules-allow', { rules: spoke })
      : said(shell, 'cli.rules-ask', { needs, person, minutes, rules: spoke }),
  );
  return 0;
};
