import { recordedTrials } from '#db/ledger/recorded-trials';
import { corpusOf } from '#policies/review/corpus';
import { effectDiff } from '#policies/review/diff';
import { effectRows } from '../cards/effect.ts';
import { plain } from '../cards/words.ts';
import { namedRules, populationOf, withSurroundings } from './rules-sources.ts';
import { misused, type ShellCommand, said } from './shell.ts';

/** So many recorded requests are tried. */
const MOST_RECORDED = 1000;

/** `rules diff OLD NEW`: what becomes different, over the catalogue and the last real requests; 1 when anything is looser or was not tried. */
export const diffRules: ShellCommand = {
  usage: 'rules diff OLD NEW',
  run: (shell, [oldFile, newFile, ...more]) => {
    if (oldFile === undefined || newFile === undefined || more.length > 0)
      return misused(shell, diffRules.usage);
    return withSurroundings(shell, ({ site, ledger }) => {
      const [old, next] = [namedRules(shell, oldFile), namedRules(shell, newFile)];
      if (old === null || next === null) return 1;
      const people = populationOf(ledger)?.people ?? [];
      const { trials, whole } = corpusOf([old, next], { site, at: shell.now(), people });
      const recorded = ledger ? recordedTrials(ledger, MOST_RECORDED) : [];
      const rows = effectDiff([old, next], [...trials, ...recorded]);
      for (const line of effectRows(shell.words, rows)) shell.print(plain(line));
      if (rows.length === 0) shell.print(said(shell, 'cli.no-effect'));
      if (!whole) shell.complain(said(shell, 'cli.not-whole'));
      return whole && rows.every(({ direction }) => direction !== 'looser') ? 0 : 1;
    });
  },
};
