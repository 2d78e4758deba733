import { ACTIONS, ActionName } from '../actions.ts';
import { matches } from '../decide/matches.ts';
import type { DecisionRequest } from '../decide/request.ts';
import type { Facts } from '../fact.ts';
import { PersonId, Vmid } from '../ids.ts';
import { RISKS, type Risk } from '../risk.ts';
import type { Match } from '../rules/match.ts';
import { modeOf } from '../rules/mode-of.ts';
import type { Rules } from '../rules/schema.ts';
import type { HostTarget, OwnTarget, Target } from '../target.ts';
import type { Asker } from './askers.ts';
import type { CorpusBase, Trial, Where } from './corpus.ts';
import { type Effort, MAKING, spend } from './effort.ts';
import { inGroups } from './in-groups.ts';
import type { Mentioned, Unknowable } from './mentioned.ts';
import { type Spot, spotsFor } from './spots.ts';

/** What requests are wanted for: those that fit all of these matches, at a moment, with something unknown. */
export type Wish = {
  readonly matches: readonly Match[];
  readonly at?: number;
  readonly unknown?: Unknowable;
};

/** What all wishes of two files share. `views`: the files, as far as they see requests in different ways. `seen`: by spot, which of its requests were made already. */
export type Setting = {
  readonly mentioned: Mentioned;
  readonly askers: readonly Asker[];
  readonly views: readonly Rules[];
  readonly base: CorpusBase;
  readonly effort: Effort;
  readonly seen: Map<string, Set<number>>;
};

type Seen = Omit<DecisionRequest, 'action' | 'risk' | 'requester'>;

const ACTION_NAMES = Object.keys(ACTIONS).map((name) => ActionName.parse(name));

const KNOWN: Facts = {
  quorum: 'yes',
  node_online: 'yes',
  guest_kind: 'qemu',
  power: 'running',
  last_backup: 'within-a-day',
};
const NO_GUEST = { guest_kind: 'none', power: 'none', last_backup: 'none' } as const;

/** What nobody knows of a target: one fact, or where it is. */
const unknowing = (seen: Seen, unknown: Unknowable | undefined): Seen => {
  if (unknown === undefined) return seen;
  if (unknown === 'node' || unknown === 'pool' || unknown === 'tags') return { ...seen, [unknown]: null };
  return { ...seen, facts: { ...seen.facts, [unknown]: 'unknown' } };
};

type Kind = HostTarget['kind'] | OwnTarget['kind'];

const targetAt = (spot: Spot, kind: Kind, { mentioned, base }: Setting): Target => {
  const { site = base.site, vmid = mentioned.vmid, node } = spot;
  if (kind === 'rules') return { kind };
  if (kind === 'person') return { kind, person: PersonId.parse('somebody') };
  if (kind === 'node') return { kind, site, node: node ?? mentioned.node };
  return { kind, site, vmid: Vmid.parse(vmid) };
};

const seenAt = (spot: Spot, kind: Kind, setting: Setting): Seen => {
  const { mentioned, base } = setting;
  const { site: _, vmid: __, node = mentioned.node, facts, ...seen } = spot;
  const target = targetAt(spot, kind, setting);
  const own = kind === 'guest' ? {} : NO_GUEST;
  return {
    at: base.at,
    platform: 'other',
    pool: '',
    tags: [],
    registeredTags: [],
    ...seen,
    node,
    target,
    facts: { ...KNOWN, ...facts, ...own },
  };
};

const whereOf = (wish: Wish, { facts, tags, ...fields }: Spot): Where => ({
  ...Object.fromEntries(Object.entries(fields).map(([field, value]) => [field, String(value)])),
  ...(tags ? { tag: tags.join('+') } : {}),
  ...facts,
  ...(wish.unknown ? { [wish.unknown]: 'unknown' } : {}),
  ...(wish.at === undefined ? {} : { at: new Date(wish.at).toISOString() }),
});

const kindsOf = (action: ActionName): readonly Kind[] => {
  const kind = ACTIONS[action].target;
  return kind === 'change' ? ['guest', 'node'] : [kind];
};

type Asked = { readonly no: number; readonly action: ActionName; readonly kind: Kind; readonly risk: Risk };

/** Everything that can be asked for, at the catalogue's risk and those above it, since a plan may raise it. */
const ASKED: readonly Asked[] = ACTION_NAMES.flatMap((action) =>
  kindsOf(action).flatMap((kind) =>
    RISKS.slice(RISKS.indexOf(ACTIONS[action].risk)).map((risk) => ({ action, kind, risk })),
  ),
).map((asked, no) => ({ no, ...asked }));

/** What fits these matches, as far as action and risk say: at a risk above the catalogue's only where one of them names it. */
const askedFor = (list: readonly Match[]): readonly Asked[] =>
  ASKED.filter(
    ({ action, risk }) =>
      list.every((match) => match.action?.includes(action) ?? true) &&
      (risk === ACTIONS[action].risk || list.some((match) => match.risk?.includes(risk))),
  );

/** Files that put people in the same groups and sites in the same modes see the same request. */
export const viewsOf = (files: readonly Rules[]): readonly Rules[] => [
  ...new Map(files.map((file) => [JSON.stringify([file.groups, file.mode, file.sites]), file])).values(),
];

/** Does the request fit every match in one of the files, an unknown fact counting as fitting? */
const isWished = (wish: Wish, request: DecisionRequest, files: readonly Rules[]): boolean =>
  files.some((file) => {
    const requester = inGroups(request.requester, file);
    const inMode = { ...request, requester, mode: modeOf(file, request.target) };
    return wish.matches.every((match) => matches(match, inMode) !== false);
  });

const seenAlready = (spot: Spot, { unknown, at }: Wish, { seen }: Setting): Set<number> => {
  const key = JSON.stringify([spot, unknown, at]);
  const known = seen.get(key) ?? new Set();
  seen.set(key, known);
  return known;
};

/** What is seen of a target of each kind at a spot: the very same for all requests about it. */
const seenOnce = (spot: Spot, { unknown }: Wish, setting: Setting): ((kind: Kind) => Seen) => {
  const kinds = new Map<Kind, Seen>();
  return (kind) => {
    const seen = kinds.get(kind) ?? unknowing(seenAt(spot, kind, setting), unknown);
    kinds.set(kind, seen);
    return seen;
  };
};

/** The requests of a wish at one spot that no wish before it made. */
function* requestsAt(spot: Spot, wish: Wish, setting: Setting): Generator<Trial> {
  const { askers, effort } = setting;
  const done = seenAlready(spot, wish, setting);
  const where = whereOf(wish, spot);
  const seenBy = seenOnce(spot, wish, setting);
  for (const { no, action, kind, risk } of askedFor(wish.matches)) {
    const seen = seenBy(kind);
    for (const [index, { person, named }] of askers.entries()) {
      const key = no * askers.length + index;
      if (done.has(key)) continue;
      if (!spend(effort, MAKING)) return;
      const request = { ...seen, at: wish.at ?? seen.at, action, risk, requester: person };
      if (!isWished(wish, request, setting.views)) continue;
      done.add(key);
      yield { request, person: named ? person.id : null, where, change: null };
    }
  }
}

/** The made-up requests that a wish asks for, over the catalogue and everybody who asks, without those that were made before. */
export function* wishedRequests(wish: Wish, setting: Setting): Generator<Trial> {
  if (!spend(setting.effort, setting.mentioned.vmids.length)) return;
  for (const spot of spotsFor(wish.matches, setting.mentioned)) yield* requestsAt(spot, wish, setting);
}
