import { z } from 'zod';
import { ACTIONS, ActionName, ownKindOf } from '../actions.ts';
import { Need } from '../change/vote.ts';
import type { DecisionRequest } from '../decide/request.ts';
import { FACTS } from '../fact.ts';
import { NodeName, PersonId, SiteId, Vmid } from '../ids.ts';
import { type Person, Role } from '../person.ts';
import { readWith } from '../read-with.ts';
import { Risk } from '../risk.ts';
import { readOwnTarget, type Target } from '../target.ts';

const FactsOfCase = z.strictObject({
  quorum: z.enum(FACTS.quorum).default('unknown'),
  node_online: z.enum(FACTS.node_online).default('unknown'),
  guest_kind: z.enum(FACTS.guest_kind).default('unknown'),
  power: z.enum(FACTS.power).default('unknown'),
  last_backup: z.enum(FACTS.last_backup).default('unknown'),
});

const LOCAL = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d$/;

/** A moment by the clocks of the rule file's zone, such as 2026-11-29T02:30. */
export const LocalMoment = z.string({ error: 'a moment such as "2026-11-29T02:30"' }).regex(LOCAL);

/** What is asked. Of tags and a pool that are not said there are none; of all else that is not said nobody knows. */
const RequestOfCase = z.strictObject({
  action: ActionName,
  target: z.union([Vmid, NodeName], { error: 'a guest id or a node name' }),
  as: PersonId,
  at: LocalMoment.optional(),
  risk: Risk.optional(),
  site: SiteId.optional(),
  platform: z.string().optional(),
  node: NodeName.optional(),
  pool: z.string().optional(),
  tags: z.array(z.string()).optional(),
  registered_tags: z.array(z.string()).optional(),
  facts: FactsOfCase.prefault({}),
});

const Case = z.strictObject({
  name: z.string().min(1).max(200),
  request: RequestOfCase,
  expect: z.enum(['allow', 'ask', 'refuse']),
  needs: z.array(Need).optional(),
  /** Why not, as /why names it: denied, frozen, no-rule, … */
  because: z.string().optional(),
  /** Ids of the rules that speak. */
  rules: z.array(z.string()).optional(),
  filled_by: z.array(PersonId).optional(),
  not_filled_by: z.array(PersonId).optional(),
});
export type Case = z.infer<typeof Case>;

/** A table of what one's own rules must say. `people`: those who exist, where it is not those of the ledger. */
export const Cases = z.strictObject({
  version: z.literal(1),
  people: z.record(PersonId, z.strictObject({ role: Role })).optional(),
  cases: z.array(Case).min(1).max(10_000),
});
export type Cases = z.infer<typeof Cases>;

/** The people of a table. */
export const peopleOf = (people: NonNullable<Cases['people']>): readonly Person[] =>
  Object.entries(people).map(([id, { role }]) => ({
    id: PersonId.parse(id),
    name: id,
    role,
    groups: [],
    scope: 'everything',
    locale: '',
    disabled: false,
  }));

const targetOf = ({ action, target }: Case['request'], site: SiteId): Target | null => {
  const own = ownKindOf(action);
  if (own) return readOwnTarget(own, String(target));
  const guest = readWith(Vmid, target);
  const node = readWith(NodeName, target);
  if (ACTIONS[action].target !== 'node' && guest.success) return { kind: 'guest', site, vmid: guest.data };
  return ACTIONS[action].target !== 'guest' && node.success ? { kind: 'node', site, node: node.data } : null;
};

/** A case's surroundings: the site and moment (ms) where it says none, and the one who asks. */
export type Surroundings = { readonly site: SiteId; readonly at: number; readonly requester: Person };

/** The request of a case; null where its target is none for its action. */
export const requestOf = (
  asked: Case['request'],
  { at, requester, ...rest }: Surroundings,
): DecisionRequest | null => {
  const target = targetOf(asked, asked.site ?? rest.site);
  if (target === null) return null;
  return {
    at,
    action: asked.action,
    target,
    risk: asked.risk ?? ACTIONS[asked.action].risk,
    requester,
    platform: asked.platform ?? '',
    node: asked.node ?? (target.kind === 'node' ? target.node : null),
    pool: asked.pool ?? '',
    tags: asked.tags ?? [],
    registeredTags: asked.registered_tags ?? [],
    facts: asked.facts,
  };
};
