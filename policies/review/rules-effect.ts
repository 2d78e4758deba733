import { SiteId } from '../ids.ts';
import { EMPTY } from '../rules/built-in.ts';
import type { Rules } from '../rules/schema.ts';
import { type CapRow, capsDiff } from './caps-diff.ts';
import { type CorpusBase, type Trial, trialsOf } from './corpus.ts';
import { differing, type EffectRow, gathered } from './diff.ts';
import { wholeEffort } from './effort.ts';

/**
 * What becomes different when one rule file takes the place of another. `whole`: false where not every request could be tried.
 * `beyond`: sections that differ and that no request shows.
 */
export type RulesEffect = {
  readonly rows: readonly EffectRow[];
  readonly caps: readonly CapRow[];
  readonly whole: boolean;
  readonly beyond: readonly string[];
};

/** The sections whose every difference shows in the decisions on requests, or in the caps. */
const SHOWN: readonly (keyof Rules)[] = [
  'mode',
  'sites',
  'zone',
  'groups',
  'windows',
  'freezes',
  'rules',
  'caps',
  'break_glass',
  'stand_ins',
];

/** A section that a file leaves out, or that it is older than, says what an empty file says of it. */
const sectionOf = (file: Rules, name: string): string =>
  JSON.stringify({ ...EMPTY, ...file }[name as keyof Rules]); // any name may be asked for; one that is none is undefined

const beyond = ([old, next]: readonly [Rules, Rules]): readonly string[] =>
  [...new Set([...Object.keys(old), ...Object.keys(next), ...Object.keys(EMPTY)])]
    .filter((name) => !SHOWN.some((shown) => shown === name))
    .filter((name) => sectionOf(old, name) !== sectionOf(next, name));

/**
 * The sites on which requests can end differently: one that no file names, which stands for all those, and each that one does.
 * Of those that only a rule names, only the ones there are: the rule's own requests are tried on it anyway.
 */
const sitesFor = (files: readonly Rules[], known: readonly SiteId[]): readonly SiteId[] => {
  // Record keys lose their brand in Object.keys; the schema read each of them as a SiteId.
  const ownMode = files.flatMap((file) => Object.keys(file.sites) as SiteId[]);
  const looked = files.flatMap(({ rules, freezes }) =>
    [...rules, ...freezes].flatMap(({ match }) => match?.site ?? []),
  );
  const named = [...new Set([...ownMode, ...known.filter((site) => looked.includes(site))])];
  const taken = new Set<string>([...named, ...looked]);
  let no = 1;
  while (taken.has(`somewhere-${no}`)) no += 1;
  return [SiteId.parse(`somewhere-${no}`), ...named];
};

/** Where and when two files are tried: on sites of every kind that they tell apart, at a moment (ms), by these people; and on real requests. `sites`: those there are. */
export type EffectBase = Omit<CorpusBase, 'site' | 'everybody'> & {
  readonly sites: readonly SiteId[];
  readonly recorded: readonly Trial[];
};

/**
 * Everything that becomes different, over the catalogue on every site and the requests that were really made. Those are tried in
 * any case; of the made-up ones as many as the effort allows.
 */
export const rulesEffect = (
  files: readonly [Rules, Rules],
  { sites, recorded, ...base }: EffectBase,
): RulesEffect => {
  const effort = wholeEffort();
  const made = sitesFor(files, sites)
    .values()
    .flatMap((site) => trialsOf(files, { ...base, site }, effort));
  const shown = [...differing(files, made, effort), ...differing(files, recorded)];
  return { rows: gathered(files, shown), caps: capsDiff(files), whole: !effort.cut, beyond: beyond(files) };
};

/** May the other file let anything pass that did not? What could not be tried counts as if it did. */
export const mayBeLooser = ({ rows, caps, whole, beyond }: RulesEffect): boolean =>
  !whole || beyond.length > 0 || [...rows, ...caps].some(({ direction }) => direction === 'looser');
