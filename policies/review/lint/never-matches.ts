import { ACTIONS, ActionName } from '../../actions.ts';
import { FACTS, type FactName } from '../../fact.ts';
import { atLeast, ROLES } from '../../person.ts';
import { RISKS } from '../../risk.ts';
import type { Match } from '../../rules/match.ts';
import type { Rules } from '../../rules/schema.ts';
import type { Finding } from './finding.ts';

/** What an undo is about is a guest or a node; what is about Quorate itself is nowhere. */
const ROWS = Object.keys(ACTIONS).flatMap((name) => {
  const action = ActionName.parse(name);
  const { target, ...row } = ACTIONS[action];
  const kinds = target === 'change' ? (['guest', 'node'] as const) : [target];
  return kinds.map((kind) => ({ ...row, action, target: kind }));
});
type Row = (typeof ROWS)[number];

/** What is "none" of every node, and never of a guest that is known (policies/decide/facts-of). */
const OF_GUESTS: readonly FactName[] = ['guest_kind', 'power', 'last_backup'];

const SOMEWHERE: readonly (keyof Match)[] = ['site', 'node', 'pool', 'tag'];
const isOnHost = ({ target }: Row): boolean => target === 'guest' || target === 'node';

const placed = Object.fromEntries(
  SOMEWHERE.map((field) => [field, (match: Match, row: Row) => match[field] === undefined || isOnHost(row)]),
);

const factsFit = ({ fact }: Match, row: Row): boolean => {
  const { target } = row;
  if (fact === undefined) return true;
  if (!isOnHost(row)) return false;
  const none: string = FACTS.power[3];
  const asked = OF_GUESTS.flatMap<readonly string[]>((name) => (fact[name] ? [fact[name]] : []));
  return asked.every((answers) =>
    target === 'node' ? answers.includes(none) : answers.some((answer) => answer !== none),
  );
};

/** A plan may raise the catalogue's risk and never lowers it; whoever asks has at least the catalogue's role. */
const CAN_FIT: { readonly [field: string]: (match: Match, row: Row) => boolean } = {
  ...placed,
  action: ({ action }, row) => action?.includes(row.action) ?? true,
  risk: ({ risk }, row) => risk?.some((one) => RISKS.indexOf(one) >= RISKS.indexOf(row.risk)) ?? true,
  role: ({ role = ROLES }, row) => role.some((one) => atLeast(one, row.who)),
  vmid: ({ vmid }, { target }) => vmid === undefined || target === 'guest',
  fact: factsFit,
};

/** The fields of a match that no row of the catalogue fits together; none where one fits. */
export const contradiction = (match: Match): readonly string[] => {
  const fields = Object.entries(CAN_FIT);
  if (ROWS.some((row) => fields.every(([, canFit]) => canFit(match, row)))) return [];
  return Object.keys(match).filter((field) => field in CAN_FIT);
};

/** Rules and freezes that can never match. */
export const neverMatching = ({ rules }: Rules): readonly Finding[] =>
  rules.flatMap(({ id, match }) => {
    const fields = contradiction(match);
    return fields.length === 0 ? [] : [{ lint: 'never-matches', rule: id, fields }];
  });
