import { checkRules, rulesSchema } from './rules-check.ts';
import { diffRules } from './rules-diff.ts';
import { explainRules } from './rules-explain.ts';
import { lintRules } from './rules-lint.ts';
import { simulateRules } from './rules-simulate.ts';
import { testRules } from './rules-test.ts';
import { misused, type ShellCommand } from './shell.ts';

const VERBS: { readonly [verb: string]: ShellCommand } = {
  check: checkRules,
  lint: lintRules,
  explain: explainRules,
  simulate: simulateRules,
  test: testRules,
  diff: diffRules,
  schema: rulesSchema,
};

/** `rules VERB …`: what a rule file says, and what another one would change. */
export const rules: ShellCommand = {
  usage: Object.values(VERBS)
    .map(({ usage }) => usage)
    .join('  |  '),
  run: (shell, [verb, ...args]) => {
    const command = verb !== undefined && Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
    return command ? command.run(shell, args) : misused(shell, rules.usage);
  },
};
