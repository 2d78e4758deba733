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

/** Matches at a glance, in their order, one column a field. */
export type Glances = { readonly [K in keyof Glance]: Int32Array };

/** Beside each other in memory: thousands of rules are passed over as fast, each, as a few. */
export const glancesOf = (matches: readonly Match[]): Glances => {
  const all = matches.map(glanceOf);
  const column = (name: keyof Glance): Int32Array => Int32Array.from(all, (one) => one[name]);
  return { from: column('from'), to: column('to'), kinds: column('kinds'), tags: column('tags') };
};

/** False only where a field of the i-th match, which must be there, does not fit the request, whatever its others are. */
export const mayFit = ({ from, to, kinds, tags }: Glances, i: number, at: Omit<Glance, 'to'>): boolean =>
  // Every column is as long as the list of matches.
  at.from >= from[i]! &&
  at.from <= to[i]! &&
  (kinds[i]! & at.kinds) === at.kinds &&
  (tags[i]! & at.tags) !== 0;
