import { recordedTrials } from '#db/ledger/recorded-trials';
import { mayBeLooser, rulesEffect } from '#policies/review/rules-effect';
import { effectLines } from '../cards/effect.ts';
import { plain } from '../cards/words.ts';
import { namedRules, populationOf, withSurroundings } from './rules-sources.ts';
import { misused, type ShellCommand } from './shell.ts';

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
      const recorded = ledger ? recordedTrials(ledger, MOST_RECORDED) : [];
      const effect = rulesEffect([old, next], { sites: [site], at: shell.now(), people, recorded });
      for (const line of effectLines(shell.words, effect)) shell.print(plain(line));
      return mayBeLooser(effect) ? 1 : 0;
    });
  },
};
