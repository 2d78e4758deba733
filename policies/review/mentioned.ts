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

/** A node that none of these names. */
const freeNode = (matches: readonly Match[]): NodeName => {
  let no = 1;
  while (matches.some(({ node }) => node?.some((name) => name === `other${no}`))) no += 1;
  return NodeName.parse(`other${no}`);
};

/** What the rules and freezes of these files name. */
export const mentionedIn = (files: readonly Rules[]): Mentioned => {
  const matches = matchesIn(files);
  const ranges = matches.flatMap(({ vmid }) => vmid ?? []);
  const vmids = [...new Set(ranges.flatMap(({ from, to }) => [from, to + 1]))].sort((a, b) => a - b);
  const inside = (vmid: number): boolean => ranges.some(({ from, to }) => vmid >= from && vmid <= to);
  return {
    vmids,
    vmid: [100, ...vmids].find((vmid) => !inside(vmid)) ?? 100,
    node: freeNode(matches),
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
