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

/** Who there is, at which moment (ms). */
type Known = Pick<Population, 'people' | 'factors'> & { readonly at: number };

const once = <T>(list: readonly T[]): readonly T[] => [...new Set(list)];

type Kind = { readonly first: Decided; readonly all: Decided[] };

/** Those that have the same key, with the first of them. */
const alike = (list: readonly Decided[], keyOf: (one: Decided) => unknown): readonly Kind[] => {
  const kinds = new Map<string, Kind>();
  for (const one of list) {
    const key = JSON.stringify(keyOf(one));
    const kind = kinds.get(key) ?? { first: one, all: [] };
    kind.all.push(one);
    kinds.set(key, kind);
  }
  return [...kinds.values()];
};

const actionsOf = ({ all }: Kind): readonly ActionName[] => once(all.map(({ request }) => request.action));

const dangerous = (all: readonly Decided[]): readonly Finding[] =>
  alike(all.filter(isDangerous), ({ request, decision }) => [request.risk, decision.rules]).map((kind) => {
    const { request, decision } = kind.first;
    return { lint: 'dangerous-allow', rules: decision.rules, actions: actionsOf(kind), risk: request.risk };
  });

const refusedForRevert = {
  'cannot-be-taken-back': ({ request, decision }: Decided) =>
    decision.revert !== null && NEVER_TAKEN_BACK.includes(request.action),
  'nobody-may-keep': ({ decision }: Decided) => !canBeKept(decision),
} as const;

/** What rules let be asked for and refuse then, since it has to be taken back unless it is kept. */
const unkeepable = (all: readonly Decided[], lint: keyof typeof refusedForRevert): readonly Finding[] =>
  alike(all.filter(refusedForRevert[lint]), ({ decision }) => decision.rules).map((kind) => ({
    lint,
    rules: kind.first.decision.rules,
    actions: actionsOf(kind),
  }));

const unmeetable = (
  all: readonly Decided[],
  people: readonly Person[],
  votersFor: VotersFor,
): readonly Finding[] =>
  alike(all, ({ decision: { rules, needs } }) => [rules, needs]).flatMap((kind): readonly Finding[] => {
    const { needs, rules } = kind.first.decision;
    const ids = kind.all.map(({ request }) => request.requester.id);
    const requesters = people
      .filter((person) => ids.includes(person.id) && !canBeMet(needs, votersFor(person), person))
      .map(({ id }) => id);
    return requesters.length === 0 ? [] : [{ lint: 'cannot-be-met', rules, needs, requesters }];
  });

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

const unenrolled = (
  all: readonly Decided[],
  { people, factors }: Pick<Known, 'people' | 'factors'>,
): readonly Finding[] => {
  const proven = all.filter(({ decision }) => decision.secondFactor);
  return alike(proven, ({ decision }) => decision.rules).flatMap(({ first, all: same }) =>
    [...factors].flatMap(([worker, { enrolled }]): readonly Finding[] => {
      const without = provers(same, people).filter(({ id }) => !enrolled.includes(id));
      const { rules } = first.decision;
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
  { people, factors, at }: Known,
): readonly Finding[] => {
  const all = corpus.flatMap(({ request }): readonly Decided[] => {
    const decision = decideBy(rules, request);
    return decision.verdict === 'refuse' ? [] : [{ request, decision }];
  });
  const grouped = people.map((person) => inGroups(person, rules));
  const standing = { now: at, standIns: standInsOf(rules) };
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
