import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '#db/config/read-config';
import { type Case, Cases, peopleOf } from '#policies/review/cases';
import { type Mismatch, type Trying, tryCase } from '#policies/review/try-case';
import { needsText, refusalText } from '../cards/refusal.ts';
import { outside } from '../cards/words.ts';
import type { Line } from '../chat/card.ts';
import { namedRules, populationOf, type Surroundings, withSurroundings } from './rules-sources.ts';
import { misused, printComplaints, type Shell, type ShellCommand, said } from './shell.ts';

const saidBy = ({ words }: Shell, { got }: Extract<Mismatch, { got: unknown }>): Line => {
  if (got.verdict === 'refuse')
    return words.say('cli.got-refuse', { no: got.refusal.no, why: refusalText(words, got.refusal) });
  const rules = outside(got.rules.join(', '));
  return got.verdict === 'allow'
    ? words.say('cli.got-allow', { rules })
    : words.say('cli.got-ask', { needs: needsText(words, got.needs), rules });
};

const mismatchText = (shell: Shell, one: Mismatch): Line => {
  const { words } = shell;
  if (one.wrong === 'no-such-person') return words.say('cli.case-person', { person: outside(one.person) });
  if (one.wrong === 'no-such-moment') return words.say('cli.case-moment', { at: outside(one.at) });
  if (one.wrong === 'target') return words.say('cli.case-target');
  const got = saidBy(shell, one);
  return 'by' in one
    ? words.say(`cli.case-${one.wrong}`, { by: outside(one.by.join(', ')), got })
    : words.say('cli.case-other', { wanted: outside(one.wanted), got });
};

const tellCase = (shell: Shell, one: Case, trying: Trying): boolean => {
  const mismatches = tryCase(one, trying);
  for (const mismatch of mismatches)
    shell.print(
      said(shell, 'cli.case-wrong', { name: outside(one.name), what: mismatchText(shell, mismatch) }),
    );
  return mismatches.length === 0;
};

type Files = { readonly cases: Cases; readonly file: string | undefined };

const tryAll = (shell: Shell, { cases: table, file }: Files, around: Surroundings): number => {
  const rules = file === undefined ? around.rules : namedRules(shell, file);
  if (rules === null) return file === undefined ? misused(shell, testRules.usage) : 1;
  const people = table.people ? peopleOf(table.people) : (populationOf(around.ledger)?.people ?? []);
  const trying = { rules, people, site: around.site, at: shell.now() };
  const good = table.cases.filter((one) => tellCase(shell, one, trying)).length;
  const count = table.cases.length;
  shell.print(said(shell, 'cli.cases', { good, count }));
  return good === count ? 0 : 1;
};

/** `rules test CASES [--file FILE]`: holds a table of one's own against rules; 1 when any case is not as it says. */
export const testRules: ShellCommand = {
  usage: 'rules test CASES [--file FILE]',
  run: (shell, args) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { file: { type: 'string' } },
    });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0) return misused(shell, testRules.usage);
    const cases = readConfig(resolve(path), Cases);
    if (!cases.ok) return printComplaints(shell, path, cases.error);
    return withSurroundings(shell, (around) =>
      tryAll(shell, { cases: cases.value, file: values.file }, around),
    );
  },
};
