import type { Check } from '#policies/check';
import type { Effect } from '#policies/effect';
import type { Recipe, RecipeDiversion } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { fileState } from '../changeset/read-file.ts';
import { diversionStanding } from '../effects/diversion.ts';
import { programOf, readDiversion } from '../shell/dpkg-divert.ts';
import type { RecipeHost } from './host.ts';
import { joined, type Part, type Planned, part } from './part.ts';

/** What dpkg-divert itself calls it. */
const ENDING = '.distrib';

type Looked = { readonly part: Part; readonly stop?: Check };

const stopped = (key: string, why: string): Looked => ({
  part: part({}),
  stop: { check: 'host-setting', state: 'stop', facts: { key, why } },
});

/** How a path is diverted now, in one line; undefined where nobody can say. */
export const diversionNow = async (root: string, path: string): Promise<string | undefined> => {
  const now = await readDiversion(root, path);
  if (!now.ok) return undefined;
  return now.value === null ? 'none' : `to ${now.value.to} by ${now.value.by}`;
};

const planOne = async (host: RecipeHost, wish: RecipeDiversion): Promise<Looked> => {
  const path = await programOf(host.root, wish.package, wish.program);
  if (path === null) return stopped(wish.program, `${wish.package} has no such program here`);
  const to = `${path}${ENDING}`;
  const wrapper = fileState(wish.content.replaceAll('{real}', to), { mode: 0o755, ...host.owner });
  const effect: Extract<Effect, { kind: 'diversion' }> = {
    kind: 'diversion',
    path,
    to,
    wrapper,
    way: 'there',
  };
  const [standing, value] = [await diversionStanding(host, effect), await diversionNow(host.root, path)];
  if (standing.is === 'other' || value === undefined)
    return stopped(path, standing.is === 'other' ? standing.why : 'dpkg-divert cannot be asked');
  if (standing.is === 'half') return stopped(path, 'there is a part of such a diversion');
  return {
    part: part({
      effects: standing.is === 'there' ? [] : [effect],
      basis: [{ of: `diversion ${path}`, value }],
      probes: [{ probe: 'diversion', path, to, wrapper: wrapper.sha256, want: true }],
    }),
  };
};

/** Wrappers that are to stand in the place of a package's program, which stays beside it and is updated there. */
export const planDiversions = async (host: RecipeHost, { diversions }: Recipe): Promise<Planned> => {
  const looked = await Promise.all(diversions.map((wish) => planOne(host, wish)));
  const stops = looked.flatMap(({ stop }) => stop ?? []);
  return stops.length > 0
    ? no({ no: 'checks-failed', checks: stops })
    : ok(joined(looked.map((one) => one.part)));
};
