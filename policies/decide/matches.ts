import type { Rule } from '../rules/schema.ts';
import type { DecisionRequest } from './request.ts';

type Match = Rule['match'];
type Verdict = boolean | 'unknown';
type Matcher = {
  readonly [K in keyof Match]-?: (wanted: NonNullable<Match[K]>, request: DecisionRequest) => Verdict;
};

/** One line a matcher: does this request have it? `unknown` where the fact is missing. */
const MATCHERS: Matcher = {
  action: (wanted, { action }) => wanted.includes(action),
  risk: (wanted, { risk }) => wanted.includes(risk),
  site: (wanted, { target }) => wanted.includes(target.site),
  node: (wanted, { node }) => (node === null ? 'unknown' : wanted.includes(node)),
  vmid: (wanted, { target }) =>
    target.kind === 'guest' && wanted.some(({ from, to }) => target.vmid >= from && target.vmid <= to),
  tag: (wanted, { tags }) => (tags === null ? 'unknown' : wanted.some((tag) => tags.includes(tag))),
  role: (wanted, { requester }) => wanted.includes(requester.role),
};

/** True when every field of the match has it; an unknown field makes the whole match unknown, never false. */
export const matches = (match: Match, request: DecisionRequest): Verdict => {
  let verdict: Verdict = true;
  for (const [name, wanted] of Object.entries(match)) {
    if (wanted === undefined) continue;
    // Object.entries forgets that a key and its value belong together; Match and MATCHERS have the same keys.
    const matcher = MATCHERS[name as keyof Match] as (wanted: unknown, request: DecisionRequest) => Verdict;
    const answer = matcher(wanted, request);
    if (answer === false) return false;
    if (answer === 'unknown') verdict = 'unknown';
  }
  return verdict;
};
