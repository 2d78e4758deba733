import { lint } from '#policies/review/lint/lint';
import { findingText } from '../cards/finding.ts';
import { namedRules, populationOf, withSurroundings } from './rules-sources.ts';
import { misused, type ShellCommand, said } from './shell.ts';

/** `rules lint [FILE]`: what looks wrong in a file, or in the configured rules, by itself and for the people there are. */
export const lintRules: ShellCommand = {
  usage: 'rules lint [FILE]',
  run: (shell, [file, ...more]) => {
    if (more.length > 0) return misused(shell, lintRules.usage);
    return withSurroundings(shell, ({ site, rules: configured, ledger }) => {
      if (file === undefined && configured === null) return misused(shell, lintRules.usage);
      const rules = file === undefined ? configured : namedRules(shell, file);
      if (rules === null) return 1;
      const population = populationOf(ledger);
      const findings = lint(rules, { site, at: shell.now(), population });
      for (const finding of findings)
        shell.print(said(shell, 'cli.finding', { finding: findingText(shell.words, finding) }));
      if (population === null) shell.print(said(shell, 'cli.lint-nobody'));
      shell.print(said(shell, 'cli.findings', { count: findings.length }));
      return findings.length === 0 ? 0 : 1;
    });
  },
};
