import { ROLES } from '../person.ts';
import { RISKS } from '../risk.ts';
import type { Match } from '../rules/match.ts';
import type { RequestInMode } from './request.ts';

/**
 * What of a match can be told apart from a request without following it into memory: the guest ids that it spans (0 is no
 * guest), and sets of bits of its risks and roles and of its tags.
 */
export type Glance = {
  readonly from: number;
  readonly to: number;
  readonly kinds: number;
  readonly tags: number;
};

/** No guest has a larger id (qm(1)). */
const LARGEST = 999_999_999;

/** Set in every request, and in a match that looks at no tag. */
const UNTAGGED = 1 << 31;

/** One of 31 bits by the text of a tag; two tags may share one. */
const bitOf = (tag: string): number => {
  let sum = 0;
  for (let i = 0; i < tag.length; i += 1) sum = (sum * 33 + tag.charCodeAt(i)) | 0;
  return 1 << ((sum >>> 0) % 31);
};

const bitsOf = (tags: readonly string[]): number => tags.reduce((bits, tag) => bits | bitOf(tag), 0);

const KINDS: readonly string[] = [...RISKS, ...ROLES];

const kindsOf = (kinds: readonly string[]): number =>
  kinds.reduce((bits, kind) => bits | (1 << KINDS.indexOf(kind)), 0);

const glanceOf = ({ vmid, tag, risk, role }: Match): Glance => ({
  from: vmid ? Math.min(...vmid.map(({ from }) => from)) : 0,
  to: vmid ? Math.max(...vmid.map(({ to }) => to)) : LARGEST,
  kinds: kindsOf([...(risk ?? RISKS), ...(role ?? ROLES)]),
  tags: tag ? bitsOf(tag) : UNTAGGED,
});

/** A request at a glance; tags that are not known could be any. */
export const glanceAt = ({ target, risk, requester, tags }: RequestInMode): Omit<Glance, 'to'> => ({
  from: target.kind === 'guest' ? target.vmid : 0,
  kinds: kindsOf([risk, requester.role]),
  tags: tags === null ? -1 : UNTAGGED | bitsOf(tags),
});

/** Matches at a glance, in their order: `from`, `to`, `kinds` and `tags` of each. */
export type Glances = Int32Array;

const WIDTH = 4;

/** Beside each other in memory: thousands of rules are passed over as fast, each, as a few. */
export const glancesOf = (matches: readonly Match[]): Glances => {
  const all = new Int32Array(matches.length * WIDTH);
  for (const [i, match] of matches.entries()) {
    const { from, to, kinds, tags } = glanceOf(match);
    all.set([from, to, kinds, tags], i * WIDTH);
  }
  return all;
};

/** False only where a field of the i-th match, which must be there, does not fit the request, whatever its others are. */
export const mayFit = (all: Glances, i: number, { from, kinds, tags }: Omit<Glance, 'to'>): boolean => {
  const at = i * WIDTH;
  // There are four numbers of each match.
  return (
    from >= all[at]! &&
    from <= all[at + 1]! &&
    (all[at + 2]! & kinds) === kinds &&
    (all[at + 3]! & tags) !== 0
  );
};
