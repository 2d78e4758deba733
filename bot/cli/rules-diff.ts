import { recordedTrials } from '#db/ledger/recorded-trials';
import { ACTIONS } from '#policies/actions';
import { type CapRow, capsDiff } from '#policies/review/caps-diff';
import { corpusOf } from '#policies/review/corpus';
import { type EffectRow, effectDiff } from '#policies/review/diff';
import { outcomeText } from '../cards/decision.ts';
import { outside, plain, type Words } from '../cards/words.ts';
import { namedRules, populationOf, withSurroundings } from './rules-sources.ts';
import { misused, type Shell, type ShellCommand, said } from './shell.ts';

const specialOf = ({ action, risk, where }: EffectRow): string => {
  const raised = risk === ACTIONS[action].risk ? [] : [`risk ${risk}`];
  const special = [...raised, ...Object.entries(where).map(([field, value]) => `${field} ${value}`)];
  return special.length === 0 ? '' : ` (${special.join(', ')})`;
};

/** All of a row but its action: rows that are the same in it are one line. */
const restOf = (words: Words, row: EffectRow): string => {
  const { before, after, person, role, direction } = row;
  const values = {
    who: person === null ? words.say(`role.${role}`) : outside(person),
    where: outside(specialOf(row)),
    before: outcomeText(words, before, after),
    after: outcomeText(words, after, before),
    direction: words.say(`cli.${direction}`),
  };
  return plain(words.say(person === null ? 'cli.effect-role' : 'cli.effect-person', values));
};

const tellRows = (shell: Shell, rows: readonly EffectRow[]): void => {
  for (const [rest, same] of Map.groupBy(rows, (row) => restOf(shell.words, row))) {
    shell.print(said(shell, 'cli.effect', { actions: same.map(({ action }) => action).join(', '), rest }));
    const changes = same.flatMap((row) => row.changes).map((no) => `#${no}`);
    if (changes.length > 0) shell.print(said(shell, 'cli.effect-changes', { changes: changes.join(', ') }));
  }
};

const tellCaps = (shell: Shell, rows: readonly CapRow[]): void => {
  for (const { cap, before, after, direction } of rows) {
    const values = { before, after, direction: shell.words.say(`cli.${direction}`) };
    shell.print(said(shell, 'cli.cap', { cap: shell.words.say(`cap.${cap}`), ...values }));
  }
};

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
      tellRows(shell, rows);
      const caps = capsDiff([old, next]);
      tellCaps(shell, caps);
      if (rows.length + caps.length === 0) shell.print(said(shell, 'cli.no-effect'));
      if (!whole) shell.complain(said(shell, 'cli.not-whole'));
      return whole && [...rows, ...caps].every(({ direction }) => direction !== 'looser') ? 0 : 1;
    });
  },
};
