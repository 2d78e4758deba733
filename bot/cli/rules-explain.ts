import { allPeople } from '#db/ledger/people';
import { beginning } from '#policies/decide/beginning';
import { canBeMet } from '#policies/decide/can-be-met';
import { DEFAULTS, type Decision, grant, refuse } from '#policies/decide/decision';
import { strictest } from '#policies/decide/terms';
import { decideBy } from '#policies/review/diff';
import { inGroups } from '#policies/review/in-groups';
import type { Rules } from '#policies/rules/schema';
import { outcomeText } from '../cards/decision.ts';
import { needsText, refusalText } from '../cards/refusal.ts';
import { outside } from '../cards/words.ts';
import { type AskedOf, requestAt, withAsked } from './rules-asked.ts';
import { type Shell, type ShellCommand, said } from './shell.ts';

const PLAIN = grant(
  {
    needs: [],
    ...DEFAULTS,
    cooldown: 0,
    reason: false,
    confirm: false,
    secondFactor: false,
    alone: false,
    windows: [],
  },
  [],
);

/** Each rule that spoke, with what it alone asks for. */
export const tellRules = (shell: Shell, rules: Rules, spoke: readonly string[]): void => {
  for (const rule of rules.rules) {
    if (!spoke.includes(rule.id)) continue;
    const what =
      'deny' in rule
        ? outside(rule.deny)
        : outcomeText(shell.words, grant(strictest([rule], rules), []), PLAIN);
    shell.print(said(shell, 'cli.rule-asks', { rule: outside(rule.id), what }));
  }
};

/** What the rules come to, in a sentence. */
export const tellDecision = (shell: Shell, decision: Decision, person: string): void => {
  const { words } = shell;
  const spoke = outside(decision.rules.join(', '));
  if (decision.verdict === 'refuse')
    return shell.print(said(shell, 'cli.rules-refuse', { why: refusalText(words, decision.refusal) }));
  const minutes = Math.round(decision.expires / 60_000);
  shell.print(
    decision.verdict === 'allow'
      ? said(shell, 'cli.rules-allow', { rules: spoke })
      : said(shell, 'cli.rules-ask', {
          needs: needsText(words, decision.needs),
          person,
          minutes,
          rules: spoke,
        }),
  );
};

const judged = (shell: Shell, asked: AskedOf): Decision => {
  const decision = decideBy(asked.rules, requestAt(asked, shell.now()));
  if (decision.verdict === 'refuse') return decision;
  if (!beginning(decision, shell.now()))
    return refuse({ no: 'never-opens', windows: decision.windows.map(({ name }) => name) }, decision.rules);
  if (decision.verdict === 'allow') return decision;
  const people = allPeople(asked.ledger).map((person) => inGroups(person, asked.rules));
  if (canBeMet(decision.needs, people, asked.person)) return decision;
  return refuse({ no: 'impossible-quorum', needs: [...decision.needs] }, decision.rules);
};

/** `rules explain guest.stop 101 --as omar`: what rules say, with the facts of the last inventory. */
export const explainRules: ShellCommand = {
  usage: 'rules explain ACTION TARGET --as PERSON [--file FILE]',
  run: (shell, args) =>
    withAsked(shell, { args, usage: explainRules.usage }, (asked) => {
      const decision = judged(shell, asked);
      tellDecision(shell, decision, asked.person.id);
      tellRules(shell, asked.rules, decision.rules);
      return decision.verdict === 'refuse' ? 1 : 0;
    }),
};
