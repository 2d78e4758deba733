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
import { inGroups } from './in-groups.ts';
import type { Mentioned, Unknowable } from './mentioned.ts';
import { type Spot, spotsFor } from './spots.ts';

/** What requests are wanted for: those that fit all of these matches, at a moment, with something unknown. */
export type Wish = {
  readonly matches: readonly Match[];
  readonly at?: number;
  readonly unknown?: Unknowable;
};

type Setting = {
  readonly mentioned: Mentioned;
  readonly askers: readonly Asker[];
  readonly files: readonly Rules[];
  readonly base: CorpusBase;
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

/** The risks at which a request is tried: the catalogue's, and those above it that a match names, since a plan may raise it. */
const risksOf = (action: ActionName, list: readonly Match[]): readonly Risk[] => {
  const least = ACTIONS[action].risk;
  const higher = RISKS.slice(RISKS.indexOf(least) + 1);
  return [least, ...higher.filter((risk) => list.some(({ risk: named }) => named?.includes(risk)))];
};

/** Does the request fit every match in one of the files, an unknown fact counting as fitting? */
const isWished = (wish: Wish, request: DecisionRequest, files: readonly Rules[]): boolean =>
  files.some((file) => {
    const requester = inGroups(request.requester, file);
    const inMode = { ...request, requester, mode: modeOf(file, request.target) };
    return wish.matches.every((match) => matches(match, inMode) !== false);
  });

/** The made-up requests that a wish asks for, over the catalogue and everybody who asks. */
export const wishedRequests = (wish: Wish, setting: Setting): readonly Trial[] => {
  const named = wish.matches.flatMap(({ action }) => (action ? [action] : []));
  const actions = ACTION_NAMES.filter((action) => named.every((list) => list.includes(action)));
  const asked = actions.flatMap((action) =>
    kindsOf(action).flatMap((kind) => risksOf(action, wish.matches).map((risk) => ({ action, kind, risk }))),
  );
  return spotsFor(wish.matches, setting.mentioned).flatMap((spot) =>
    asked.flatMap(({ action, kind, risk }) => {
      const seen = unknowing(seenAt(spot, kind, setting), wish.unknown);
      return setting.askers.flatMap(({ person, named }) => {
        const request = { ...seen, at: wish.at ?? seen.at, action, risk, requester: person };
        if (!isWished(wish, request, setting.files)) return [];
        return [{ request, person: named ? person.id : null, where: whereOf(wish, spot), change: null }];
      });
    }),
  );
};
