import type { SiteId } from './ids.ts';
import { readWith } from './read-with.ts';
import { no, ok, type Result } from './result.ts';
import { type Bound, Scope } from './scope.ts';

/** Why a text names no pool or guest: it is none, or there are several sites and it names none of them. */
export type ScopeProblem = { readonly text: string; readonly expected: 'guests' | 'pool' | 'site' };

type Placed = { readonly site: SiteId; readonly rest: string };

/** `home/web` as the site and what is on it; the site may be left out where there is one. A pool's own name may have slashes. */
const place = (text: string, sites: readonly SiteId[]): Placed | null => {
  const named = sites.find((site) => text.startsWith(`${site}/`));
  if (named !== undefined) return { site: named, rest: text.slice(named.length + 1) };
  const [only, other] = sites.map((site) => ({ site, rest: text }));
  return other ? null : (only ?? null);
};

const RANGE = /^(\d{3,9})(?:-(\d{3,9}))?$/;

const readGuests = (
  text: string,
  sites: readonly SiteId[],
): Result<Bound['guests'][number], ScopeProblem> => {
  const placed = place(text, sites);
  const range = RANGE.exec(placed?.rest ?? text);
  if (range === null) return no({ text, expected: 'guests' });
  const [, from, to = from] = range;
  return placed
    ? ok({ site: placed.site, from: Number(from), to: Number(to) })
    : no({ text, expected: 'site' });
};

const readPool = (text: string, sites: readonly SiteId[]): Result<Bound['pools'][number], ScopeProblem> => {
  const placed = place(text, sites);
  if (text === '' || placed?.rest === '') return no({ text, expected: 'pool' });
  return placed ? ok({ site: placed.site, pool: placed.rest }) : no({ text, expected: 'site' });
};

type Typed = { readonly pools: readonly string[]; readonly guests: readonly string[] };

/** What somebody typed as a scope, on one of these sites: pools as `web` or `home/web`, guests as `101`, `home/101` or `100-199`. */
export const readScope = (typed: Typed, sites: readonly SiteId[]): Result<Bound, ScopeProblem> => {
  const bound: Bound = { pools: [], guests: [] };
  for (const text of typed.pools) {
    const pool = readPool(text, sites);
    if (!pool.ok) return pool;
    bound.pools.push(pool.value);
  }
  for (const text of typed.guests) {
    const guests = readGuests(text, sites);
    if (!guests.ok) return guests;
    if (!readWith(Scope, { pools: [], guests: [guests.value] }).success)
      return no({ text, expected: 'guests' });
    bound.guests.push(guests.value);
  }
  return ok(bound);
};

/** The parts of a scope as they are typed: `home/web` and `home/100-199`. */
export const scopeParts = ({ pools, guests }: Bound): Typed => ({
  pools: pools.map(({ site, pool }) => `${site}/${pool}`),
  guests: guests.map(({ site, from, to }) => `${site}/${from === to ? from : `${from}-${to}`}`),
});

/** A scope in one line that is never the same for two scopes: what plans show and are hashed with. */
export const scopeLine = (scope: Scope): string => {
  if (scope === 'everything') return scope;
  const { pools, guests } = scopeParts(scope);
  return [...pools.map((pool) => `pool ${pool}`), ...guests].sort().join(', ');
};
