import type { FactMatch, FactName } from '../fact.ts';
import type { Match } from '../rules/match.ts';
import { isOwnTarget } from '../target.ts';
import type { DecisionRequest, RequestInMode } from './request.ts';

/** Does a rule speak about this request? `unknown` where a fact that it looks at is missing. */
export type Fit = boolean | 'unknown';

type Matchers = {
  readonly [K in keyof Match]-?: (wanted: NonNullable<Match[K]>, request: RequestInMode) => Fit;
};

const factFits = (wanted: FactMatch, { facts }: DecisionRequest): Fit =>
  all(Object.entries(wanted), ([name, answers]) => {
    // FactMatch and Facts have the same keys; Object.entries forgets it.
    const answer: string = facts[name as FactName];
    if (answers?.some((one) => one === answer)) return true;
    return answer === 'unknown' ? 'unknown' : false;
  });

/** What is about Quorate itself is nowhere: what looks at a place does not match it, whatever is unknown. */
const somewhere =
  <W>(fit: (wanted: W, request: RequestInMode) => Fit) =>
  (wanted: W, request: RequestInMode): Fit =>
    isOwnTarget(request.target) ? false : fit(wanted, request);

/** One line a matcher. */
const MATCHERS: Matchers = {
  action: (wanted, { action }) => wanted.includes(action),
  risk: (wanted, { risk }) => wanted.includes(risk),
  site: (wanted, { target }) => !isOwnTarget(target) && wanted.includes(target.site),
  node: somewhere((wanted, { node }) => (node === null ? 'unknown' : wanted.includes(node))),
  vmid: (wanted, { target }) =>
    target.kind === 'guest' && wanted.some(({ from, to }) => target.vmid >= from && target.vmid <= to),
  pool: somewhere((wanted, { pool }) => (pool === null ? 'unknown' : wanted.includes(pool))),
  tag: somewhere((wanted, { tags }) =>
    tags === null ? 'unknown' : wanted.some((tag) => tags.includes(tag)),
  ),
  role: (wanted, { requester }) => wanted.includes(requester.role),
  group: (wanted, { requester }) => wanted.some((group) => requester.groups.includes(group)),
  platform: (wanted, { platform }) => wanted.includes(platform),
  mode: (wanted, { mode }) => wanted.includes(mode),
  fact: somewhere(factFits),
};

/** True when all fit; false as soon as one does not, whatever is unknown. */
const all = <T>(list: readonly T[], fit: (one: T) => Fit): Fit => {
  let verdict: Fit = true;
  for (const one of list) {
    const answer = fit(one);
    if (answer === false) return false;
    if (answer === 'unknown') verdict = 'unknown';
  }
  return verdict;
};

type Part = (request: RequestInMode) => Fit;

const partsOf = (match: Match): readonly Part[] =>
  Object.entries(match).flatMap(([name, wanted]) => {
    if (wanted === undefined) return [];
    // Object.entries forgets that a key and its value belong together; Match and MATCHERS have the same keys.
    const matcher = MATCHERS[name as keyof Match] as (wanted: unknown, request: RequestInMode) => Fit;
    return [(request) => matcher(wanted, request)];
  });

/** What was taken apart, for as long as somebody holds the match, which never changes. */
const taken = new WeakMap<Match, Part>();

/**
 * A match taken apart once, for whoever asks it often. True when every field of the match has it; an unknown field makes the
 * whole match unknown, never false.
 */
export const matcherOf = (match: Match): Part => {
  const known = taken.get(match);
  if (known) return known;
  const parts = partsOf(match);
  const made: Part = (request) => all(parts, (part) => part(request));
  taken.set(match, made);
  return made;
};

/** Does this match fit the request? As `matcherOf`, for one request. */
export const matches = (match: Match, request: RequestInMode): Fit => matcherOf(match)(request);

/**
 * May this match, which fits, let something happen that no other rule lets happen? Not by an ordinary tag: whoever may edit
 * the guest may edit its tags, and would loosen the rules for themselves.
 */
export const canGrant = ({ tag }: Match, { tags, registeredTags }: DecisionRequest): boolean =>
  tag === undefined || tag.some((one) => tags?.includes(one) && registeredTags.includes(one));
