import type { SiteId } from '../ids.ts';
import { EMPTY } from '../rules/built-in.ts';
import type { Rules } from '../rules/schema.ts';
import { type CorpusBase, corpusOf, type Trial } from './corpus.ts';
import { type EffectRow, effectDiff } from './diff.ts';

/**
 * What becomes different when one rule file takes the place of another. `whole`: false where not every request could be tried.
 * `beyond`: sections that differ and that no request shows.
 */
export type RulesEffect = {
  readonly rows: readonly EffectRow[];
  readonly whole: boolean;
  readonly beyond: readonly string[];
};

/** The sections whose every difference shows in the decisions on requests. */
const SHOWN: readonly (keyof Rules)[] = [
  'version',
  'mode',
  'sites',
  'zone',
  'groups',
  'windows',
  'freezes',
  'rules',
];

/** A section that a file leaves out, or that it is older than, says what an empty file says of it. */
const sectionOf = (file: Rules, name: string): string =>
  JSON.stringify({ ...EMPTY, ...file }[name as keyof Rules]) ?? ''; // any name may be asked for; one that is none is undefined

const beyond = ([old, next]: readonly [Rules, Rules]): readonly string[] =>
  [...new Set([...Object.keys(old), ...Object.keys(next), ...Object.keys(EMPTY)])]
    .filter((name) => !SHOWN.some((shown) => shown === name))
    .filter((name) => sectionOf(old, name) !== sectionOf(next, name));

/** Where and when two files are tried: on these sites and those they name, at a moment (ms), by these people; and on real requests. */
export type EffectBase = Omit<CorpusBase, 'site' | 'everybody'> & {
  readonly sites: readonly SiteId[];
  readonly recorded: readonly Trial[];
};

/** Everything that becomes different, over the catalogue on every site and the requests that were really made. */
export const rulesEffect = (
  files: readonly [Rules, Rules],
  { sites, recorded, ...base }: EffectBase,
): RulesEffect => {
  // Record keys lose their brand in Object.keys; the schema read each of them as a SiteId.
  const named = files.flatMap((file) => Object.keys(file.sites) as SiteId[]);
  const made = [...new Set([...sites, ...named])].map((site) => corpusOf(files, { ...base, site }));
  return {
    rows: effectDiff(files, [...made.flatMap(({ trials }) => trials), ...recorded]),
    whole: made.every(({ whole }) => whole),
    beyond: beyond(files),
  };
};

/** May the other file let anything pass that did not? What could not be tried counts as if it did. */
export const mayBeLooser = ({ rows, whole, beyond }: RulesEffect): boolean =>
  !whole || beyond.length > 0 || rows.some(({ direction }) => direction === 'looser');
