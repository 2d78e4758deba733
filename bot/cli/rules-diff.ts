import { ACTIONS } from '#policies/actions';
import { corpusOf } from '#policies/review/corpus';
import { type EffectRow, effectDiff } from '#policies/review/diff';
import { outcomeText } from '../cards/decision.ts';
import { outside } from '../cards/words.ts';
import { namedRules, populationOf, recordedTrials, withSurroundings } from './rules-sources.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';

const tellRow = (shell: Shell, row: EffectRow): void => {
  const { words } = shell;
  const { action, before, after, person, role, risk, changes } = row;
  const where = Object.entries(row.where).map(([field, value]) => `${field} ${value}`);
  const raised = risk === ACTIONS[action].risk ? [] : [`risk ${risk}`];
  const special = [...raised, ...where].join(', ');
  const values = {
    action,
    who: person === null ? words.say(`role.${role}`) : outside(person),
    where: outside(special === '' ? '' : ` (${special})`),
    before: outcomeText(words, before, after),
    after: outcomeText(words, after, before),
    direction: words.say(`cli.${row.direction}`),
  };
  shell.print(said(shell, person === null ? 'cli.effect-role' : 'cli.effect-person', values));
  if (changes.length > 0)
    shell.print(said(shell, 'cli.effect-changes', { changes: changes.map((no) => `#${no}`).join(', ') }));
};

/** `rules diff OLD NEW`: what becomes different, over the catalogue and the last real requests; 1 when anything is looser. */
export const diffRules: ShellCommand = {
  usage: 'rules diff OLD NEW',
  run: (shell, [oldFile, newFile, ...more]) => {
    if (oldFile === undefined || newFile === undefined || more.length > 0)
      return misused(shell, diffRules.usage);
    return withSurroundings(shell, ({ site, ledger }) => {
      const [old, next] = [namedRules(shell, oldFile), namedRules(shell, newFile)];
      if (old === null || next === null) return 1;
      const people = populationOf(ledger)?.people ?? [];
      const grid = corpusOf([old, next], { site, at: shell.now(), people });
      const rows = effectDiff([old, next], [...grid, ...recordedTrials(ledger)]);
      for (const row of rows) tellRow(shell, row);
      if (rows.length === 0) shell.print(said(shell, 'cli.no-effect'));
      return rows.some(({ direction }) => direction === 'looser') ? 1 : 0;
    });
  },
};
