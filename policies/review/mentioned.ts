import { FACTS, type FactName } from '../fact.ts';
import { NodeName } from '../ids.ts';
import type { Match } from '../rules/match.ts';
import type { Rules } from '../rules/schema.ts';

/** What rule files name: guest ids at which a range begins or has ended, and a node, pool and guest that none of them knows. */
export type Mentioned = { readonly vmids: readonly number[]; readonly vmid: number; readonly node: NodeName };

/** Something about a target that nobody may know. */
export type Unknowable = 'node' | 'pool' | 'tags' | FactName;

const matchesIn = (files: readonly Rules[]): readonly Match[] =>
  files.flatMap(({ rules, freezes }) => [
    ...rules.map(({ match }) => match),
    ...freezes.map(({ match }) => match).filter((match) => match !== undefined),
  ]);

/** The first text of this kind that is not taken. */
const free = (taken: ReadonlySet<string>, name: string): string => {
  let no = 1;
  while (taken.has(`${name}${no}`)) no += 1;
  return `${name}${no}`;
};

type Range = NonNullable<Match['vmid']>[number];

/** The first guest id that no range holds. */
const freeVmid = (ranges: readonly Range[]): number =>
  ranges
    .toSorted((a, b) => a.from - b.from)
    .reduce((vmid, { from, to }) => (from <= vmid && vmid <= to ? to + 1 : vmid), 100);

/** What the rules and freezes of these files name. */
export const mentionedIn = (files: readonly Rules[]): Mentioned => {
  const matches = matchesIn(files);
  const ranges = matches.flatMap(({ vmid }) => vmid ?? []);
  const vmids = [...new Set(ranges.flatMap(({ from, to }) => [from, to + 1]))].sort((a, b) => a - b);
  return {
    vmids,
    vmid: freeVmid(ranges),
    node: NodeName.parse(free(new Set(matches.flatMap(({ node }) => node ?? [])), 'other')),
  };
};

/** What the rules of these files look at and nobody may know. */
export const fieldsOf = (files: readonly Rules[]): readonly Unknowable[] => {
  const matches = matchesIn(files);
  // FACTS has exactly the names of facts, which Object.keys forgets.
  const facts = (Object.keys(FACTS) as FactName[]).filter((name) => matches.some(({ fact }) => fact?.[name]));
  return [
    ...(matches.some(({ node }) => node) ? ['node' as const] : []),
    ...(matches.some(({ pool }) => pool) ? ['pool' as const] : []),
    ...(matches.some(({ tag }) => tag) ? ['tags' as const] : []),
    ...facts,
  ];
};
