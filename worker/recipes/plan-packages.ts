import type { Check } from '#policies/check';
import type { PackageChange } from '#policies/host-effect';
import type { Recipe } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { type AptStep, debHash, simulateApt } from '../shell/apt.ts';
import { readPackage } from '../shell/dpkg.ts';
import { failureText } from '../shell/in-root.ts';
import type { RecipeHost } from './host.ts';
import { basisOf } from './host-basis.ts';
import { type Planned, part } from './part.ts';

const debOf = async (root: string, name: string, version: string | null): Promise<PackageChange['before']> =>
  version === null ? null : { version, sha256: await debHash(root, name, version) };

const changeOf = async ({ root }: RecipeHost, { name, before, after }: AptStep): Promise<PackageChange> => ({
  name,
  before: await debOf(root, name, before),
  after: await debOf(root, name, after),
  // What goes leaves its settings; what comes may find some of earlier.
  config: after === null || (before === null && (await readPackage(root, name)).config),
});

/** A .deb that no signed index names cannot be told from any other; and nothing goes that the recipe does not name. */
const stopsOf = (changes: readonly PackageChange[], mayRemove: readonly string[]): readonly Check[] => {
  const lost = changes.filter(({ name, after }) => after === null && !mayRemove.includes(name));
  const unpinned = changes.filter(({ after }) => after !== null && after.sha256 === null);
  return [
    ...lost.map(({ name }): Check => ({ check: 'package-removal', state: 'stop', facts: { package: name } })),
    ...unpinned.map(
      ({ name }): Check => ({ check: 'package-source', state: 'stop', facts: { package: name } }),
    ),
  ];
};

const missing = async (root: string, names: readonly string[]): Promise<readonly string[]> => {
  const found = await Promise.all(names.map((name) => readPackage(root, name)));
  return names.filter((_, at) => found[at]?.version === null);
};

/** What apt works out for the packages that are not there yet: every version and the hash of every file. */
export const planPackages = async (host: RecipeHost, { id, packages }: Recipe): Promise<Planned> => {
  const { install, may_remove: mayRemove } = packages;
  const asked = await missing(host.root, install);
  if (asked.length === 0) return ok(part({}));
  const steps = await simulateApt(host.root, asked);
  if (!steps.ok)
    return no({ no: 'recipe-not-for-this-host', recipe: id, why: failureText('apt-get -s', steps.error) });
  const changes = await Promise.all(steps.value.map((step) => changeOf(host, step)));
  const stops = stopsOf(changes, mayRemove);
  if (stops.length > 0) return no({ no: 'checks-failed', checks: [...stops] });
  const basis = await Promise.all(changes.map(({ name }) => basisOf(host, `package ${name}`)));
  return ok(
    part({
      effects: [{ kind: 'package', asked: [...asked], changes }],
      basis: basis.flat(),
      probes: changes.map(({ name, after }) => ({
        probe: 'package',
        package: name,
        version: after?.version ?? null,
      })),
      checks: [{ check: 'package-removal', state: 'ok', facts: {} }],
    }),
  );
};
