import type { ActionName } from '../../actions.ts';
import { NEVER_TAKEN_BACK } from '../../change/revert.ts';
import { asVoters } from '../../change/stand-in.ts';
import { fits } from '../../change/vote.ts';
import { canBeKept, canBeMet } from '../../decide/can-be-met.ts';
import type { Granted } from '../../decide/decision.ts';
import type { Person } from '../../person.ts';
import type { Rules } from '../../rules/schema.ts';
import { standInsOf } from '../../rules/stand-in.ts';
import type { Trial } from '../corpus.ts';
import { decideBy } from '../diff.ts';
import { inGroups } from '../in-groups.ts';
import type { Finding } from './finding.ts';
import type { Population } from './people-findings.ts';

/** Everybody in the groups of the file, and as they may vote on what one of them asks for. */
type VotersFor = (requester: Person) => readonly Person[];

type Decided = { readonly request: Trial['request']; readonly decision: Granted };

const isDangerous = ({ request: { risk }, decision }: Decided): boolean =>
  decision.verdict === 'allow' && !decision.alone && (risk === 'high' || risk === 'critical');

type Known = Pick<Population, 'people' | 'factors'>;

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

const refusedForRevert = {
  'cannot-be-taken-back': ({ request, decision }: Decided) =>
    decision.revert !== null && NEVER_TAKEN_BACK.includes(request.action),
  'nobody-may-keep': ({ decision }: Decided) => !canBeKept(decision),
} as const;

/** What rules let be asked for and refuse then, since it has to be taken back unless it is kept. */
const unkeepable = (all: readonly Decided[], lint: keyof typeof refusedForRevert): readonly Finding[] => {
  const kinds = Map.groupBy(all.filter(refusedForRevert[lint]), ({ decision }) => decision.rules.join(' '));
  return [...kinds.values()].flatMap((same): readonly Finding[] => {
    const rules = same[0]?.decision.rules ?? [];
    return [{ lint, rules, actions: once(same.map(({ request }) => request.action)) }];
  });
};

const unmeetable = (
  all: readonly Decided[],
  people: readonly Person[],
  votersFor: VotersFor,
): readonly Finding[] => {
  const asks = all.filter(({ decision }) => decision.verdict === 'ask');
  const kinds = Map.groupBy(asks, ({ decision }) => JSON.stringify([decision.rules, decision.needs]));
  return [...kinds.values()].flatMap((same): readonly Finding[] => {
    const [first] = same;
    if (!first) return [];
    const { needs, rules } = first.decision;
    const ids = once(same.map(({ request }) => request.requester.id));
    const requesters = people
      .filter((person) => ids.includes(person.id) && !canBeMet(needs, votersFor(person), person))
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

/** Who could fill a place of these requests: of their needs, or whoever asks where nobody else has to. */
const provers = (same: readonly Decided[], people: readonly Person[]): readonly Person[] =>
  people.filter(
    (person) =>
      !person.disabled &&
      same.some(({ request, decision: { needs } }) =>
        needs.length === 0 ? request.requester.id === person.id : needs.some((need) => fits(person, need)),
      ),
  );

const unenrolled = (all: readonly Decided[], { people, factors }: Known): readonly Finding[] => {
  const kinds = Map.groupBy(
    all.filter(({ decision }) => decision.secondFactor),
    ({ decision }) => decision.rules.join(' '),
  );
  return [...kinds.values()].flatMap((same) =>
    [...factors].flatMap(([worker, { enrolled }]): readonly Finding[] => {
      const without = provers(same, people).filter(({ id }) => !enrolled.includes(id));
      const rules = same[0]?.decision.rules ?? [];
      return without.length === 0
        ? []
        : [{ lint: 'no-factor', rules, people: without.map(({ id }) => id), worker }];
    }),
  );
};

/** What shows only when the rules are tried: places that nobody can fill, what happens without anybody, and who could not prove it. */
export const effectFindings = (
  rules: Rules,
  corpus: readonly Trial[],
  { people, factors }: Known,
): readonly Finding[] => {
  const all = corpus.flatMap(({ request }): readonly Decided[] => {
    const decision = decideBy(rules, request);
    return decision.verdict === 'refuse' ? [] : [{ request, decision }];
  });
  const grouped = people.map((person) => inGroups(person, rules));
  const [first] = corpus;
  const standing = { now: first?.request.at ?? 0, standIns: standInsOf(rules) };
  const votersFor: VotersFor = ({ id }) => asVoters(grouped, { requester: id, ...standing });
  return [
    ...dangerous(all),
    ...unmeetable(all, grouped, votersFor),
    ...unkeepable(all, 'cannot-be-taken-back'),
    ...unkeepable(all, 'nobody-may-keep'),
    ...locked(all, grouped),
    ...unenrolled(all, { people: grouped, factors }),
  ];
};
