import type { Need } from '../change/vote.ts';
import type { Decision } from '../decide/decision.ts';
import { together } from '../decide/needs.ts';
import type { SiteId } from '../ids.ts';
import type { Person } from '../person.ts';
import type { Rules } from '../rules/schema.ts';
import { type Case, requestOf } from './cases.ts';
import { decideBy } from './diff.ts';
import { localMoment } from './local-moment.ts';
import { simulate } from './simulate.ts';

/** What is not as a case says it is. `got`: what the rules say instead. */
export type Mismatch =
  | { readonly wrong: 'no-such-person'; readonly person: string }
  | { readonly wrong: 'no-such-moment'; readonly at: string }
  | { readonly wrong: 'target' }
  | {
      readonly wrong: 'verdict' | 'because' | 'needs' | 'rules';
      readonly wanted: string;
      readonly got: Decision;
    }
  | { readonly wrong: 'not-filled' | 'filled'; readonly by: readonly string[]; readonly got: Decision };

/** What cases are tried in: the rules, the people there are, the site and the moment (ms) where a case says none. */
export type Trying = {
  readonly rules: Rules;
  readonly people: readonly Person[];
  readonly site: SiteId;
  readonly at: number;
};

const sorted = (needs: readonly Need[]): string => JSON.stringify(together(needs));

const needsOf = (decision: Decision): readonly Need[] =>
  decision.verdict === 'refuse' ? [] : decision.needs;

const wordOf = (decision: Decision): string =>
  decision.verdict === 'refuse' ? decision.refusal.no : decision.verdict;

const saidOtherwise = (one: Case, got: Decision): readonly Mismatch[] => {
  if (got.verdict !== one.expect) return [{ wrong: 'verdict', wanted: one.expect, got }];
  const { because, needs, rules } = one;
  return [
    ...(because !== undefined && because !== wordOf(got)
      ? [{ wrong: 'because' as const, wanted: because, got }]
      : []),
    ...(needs && sorted(needs) !== sorted(needsOf(got))
      ? [{ wrong: 'needs' as const, wanted: sorted(needs), got }]
      : []),
    ...(rules && rules.toSorted().join() !== got.rules.toSorted().join()
      ? [{ wrong: 'rules' as const, wanted: rules.join(', '), got }]
      : []),
  ];
};

const votedOtherwise = (
  one: Case,
  trying: Trying,
  request: Parameters<typeof decideBy>[1],
): readonly Mismatch[] => {
  const isFilled = (votes: NonNullable<Case['filled_by']>): boolean =>
    simulate(trying.rules, { request, votes, people: trying.people }).voting?.filled ?? false;
  const got = decideBy(trying.rules, request);
  const { filled_by: by, not_filled_by: not } = one;
  return [
    ...(by && !isFilled(by) ? [{ wrong: 'not-filled' as const, by, got }] : []),
    ...(not && isFilled(not) ? [{ wrong: 'filled' as const, by: not, got }] : []),
  ];
};

const strangersIn = (
  { request, filled_by: by = [], not_filled_by: not = [] }: Case,
  people: readonly Person[],
) => [request.as, ...by, ...not].filter((id) => !people.some((person) => person.id === id));

/** Everything that is not as a case says; none where the rules do what it says. */
export const tryCase = (one: Case, trying: Trying): readonly Mismatch[] => {
  const { rules, people, site } = trying;
  const requester = people.find(({ id }) => id === one.request.as);
  const strangers = strangersIn(one, people);
  if (!requester || strangers.length > 0)
    return strangers.map((person) => ({ wrong: 'no-such-person', person }));
  const { at: said } = one.request;
  const at = said === undefined ? trying.at : localMoment(said, rules);
  if (at === null) return [{ wrong: 'no-such-moment', at: String(said) }];
  const request = requestOf(one.request, { site, at, requester });
  if (request === null) return [{ wrong: 'target' }];
  return [...saidOtherwise(one, decideBy(rules, request)), ...votedOtherwise(one, trying, request)];
};
