import type { ActionName } from '../../actions.ts';
import { canBeMet } from '../../decide/can-be-met.ts';
import type { Granted } from '../../decide/decision.ts';
import type { Person } from '../../person.ts';
import type { Rules } from '../../rules/schema.ts';
import type { Trial } from '../corpus.ts';
import { decideBy } from '../diff.ts';
import { inGroups } from '../in-groups.ts';
import type { Finding } from './finding.ts';

type Decided = { readonly request: Trial['request']; readonly decision: Granted };

const isDangerous = ({ request: { risk }, decision }: Decided): boolean =>
  decision.verdict === 'allow' && !decision.alone && (risk === 'high' || risk === 'critical');

const once = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];

const dangerous = (all: readonly Decided[]): readonly Finding[] => {
  const kinds = Map.groupBy(all.filter(isDangerous), ({ request, decision }) =>
    [request.risk, ...decision.rules].join(' '),
  );
  return [...kinds.values()].flatMap(([first, ...others]): readonly Finding[] => {
    if (!first) return [];
    const actions: readonly ActionName[] = once([first, ...others].map(({ request }) => request.action));
    return [{ lint: 'dangerous-allow', rules: first.decision.rules, actions, risk: first.request.risk }];
  });
};

const unmeetable = (all: readonly Decided[], people: readonly Person[]): readonly Finding[] => {
  const asks = all.filter(({ decision }) => decision.verdict === 'ask');
  const kinds = Map.groupBy(asks, ({ decision }) => JSON.stringify([decision.rules, decision.needs]));
  return [...kinds.values()].flatMap((same): readonly Finding[] => {
    const [first] = same;
    if (!first) return [];
    const { needs, rules } = first.decision;
    const ids = once(same.map(({ request }) => request.requester.id));
    const requesters = people
      .filter((person) => ids.includes(person.id) && !canBeMet(needs, people, person))
      .map(({ id }) => id);
    return requesters.length === 0 ? [] : [{ lint: 'cannot-be-met', rules, needs, requesters }];
  });
};

/** Can anybody there is, or of the roles where nobody is known, ever change these rules? */
const locked = (all: readonly Decided[], people: readonly Person[]): readonly Finding[] => {
  const canChange = all.some(({ request: { action, requester }, decision }) => {
    if (action !== 'rules.change') return false;
    if (people.length === 0) return true;
    return people.some(({ id }) => id === requester.id) && canBeMet(decision.needs, people, requester);
  });
  return canChange ? [] : [{ lint: 'rules-locked' }];
};

/** What shows only when the rules are tried: places that nobody can fill, and what happens without anybody. */
export const effectFindings = (
  rules: Rules,
  corpus: readonly Trial[],
  people: readonly Person[],
): readonly Finding[] => {
  const all = corpus.flatMap(({ request }): readonly Decided[] => {
    const decision = decideBy(rules, request);
    return decision.verdict === 'refuse' ? [] : [{ request, decision }];
  });
  const grouped = people.map((person) => inGroups(person, rules));
  return [...dangerous(all), ...unmeetable(all, grouped), ...locked(all, grouped)];
};
