import { allPeople } from '#db/ledger/people';
import { localTime } from '#policies/calendar/zone';
import { PersonId } from '#policies/ids';
import { localMoment } from '#policies/review/local-moment';
import { type Simulated, simulate } from '#policies/review/simulate';
import type { Rules } from '#policies/rules/schema';
import { needsText, refusalText } from '../cards/refusal.ts';
import { outside } from '../cards/words.ts';
import { requestAt, withAsked } from './rules-asked.ts';
import { tellDecision, tellRules } from './rules-explain.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';

type Voting = NonNullable<Simulated['voting']>;

const clock = (at: number, { zone }: Rules): string =>
  zone === undefined
    ? new Date(at).toISOString()
    : `${localTime(at, zone).toString({ smallestUnit: 'minute' })} ${zone}`;

const tellVoting = (shell: Shell, voting: Voting, rules: Rules): void => {
  const { words } = shell;
  for (const { need, person } of voting.slots) {
    const values = { need: needsText(words, [{ ...need, count: 1 }]), who: outside(person ?? '') };
    shell.print(said(shell, person === null ? 'cli.slot-open' : 'cli.slot-filled', values));
  }
  for (const { person, why } of voting.cannot)
    shell.print(said(shell, 'cli.cannot', { who: outside(person), why: refusalText(words, why) }));
  const { begin } = voting;
  if (begin === null) return shell.print(said(shell, 'cli.never-begins'));
  const values = { from: clock(begin.from, rules), until: clock(begin.until, rules) };
  shell.print(said(shell, 'cli.begins', values));
};

/** `rules simulate guest.stop 101 --as omar --votes ada,ivan --at 2026-11-29T02:30`: who fills which place, and when it may begin. */
export const simulateRules: ShellCommand = {
  usage: 'rules simulate ACTION TARGET --as PERSON [--votes A,B] [--at YYYY-MM-DDTHH:MM] [--file FILE]',
  run: (shell, args) =>
    withAsked(shell, { args, usage: simulateRules.usage }, (asked) => {
      const { typed, ledger, rules } = asked;
      const at = typed.at === undefined ? shell.now() : localMoment(typed.at, rules);
      if (at === null) return misused(shell, simulateRules.usage);
      const people = allPeople(ledger);
      const stranger = typed.votes.find((id) => !people.some((person) => person.id === id));
      if (stranger !== undefined) {
        shell.complain(said(shell, 'cli.no-person', { person: outside(stranger) }));
        return 1;
      }
      const votes = typed.votes.map((id) => PersonId.parse(id));
      const { decision, voting } = simulate(rules, { request: requestAt(asked, at), votes, people });
      tellDecision(shell, decision, asked.person.id);
      tellRules(shell, rules, decision.rules);
      if (voting) tellVoting(shell, voting, rules);
      return voting?.filled && voting.begin ? 0 : 1;
    }),
};
