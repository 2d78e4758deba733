import type { Check } from '#policies/check';
import type { PackageChange } from '#policies/host-effect';
import type { Recipe } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { type AptStep, debHashes, simulateApt } from '../shell/apt.ts';
import { readPackage } from '../shell/dpkg.ts';
import { failureText } from '../shell/in-root.ts';
import type { RecipeHost } from './host.ts';
import { basisOf } from './host-basis.ts';
import { type Planned, part } from './part.ts';

type HashOf = (of: { readonly name: string; readonly version: string }) => string | null;

const debOf = (hashOf: HashOf, name: string, version: string | null): PackageChange['before'] =>
  version === null ? null : { version, sha256: hashOf({ name, version }) };

const changesOf = async (
  { root }: RecipeHost,
  steps: readonly AptStep[],
): Promise<readonly PackageChange[]> => {
  const versions = steps.flatMap(({ name, before, after }) =>
    [before, after].flatMap((version) => (version === null ? [] : [{ name, version }])),
  );
  const hashOf = await debHashes(root, versions);
  return Promise.all(
    steps.map(async ({ name, before, after }) => ({
      name,
      before: debOf(hashOf, name, before),
      after: debOf(hashOf, name, after),
      // What goes leaves its settings; what comes may find some of earlier.
      config: after === null || (before === null && (await readPackage(root, name)).config),
    })),
  );
};

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
  const changes = await changesOf(host, steps.value);
  const stops = stopsOf(changes, mayRemove);
  if (stops.length > 0) return no({ no: 'checks-failed', checks: [...stops] });
  const basis = await Promise.all(changes.map(({ name }) => basisOf(host, `package ${name}`)));
  return ok(
    part({
      effects: [{ kind: 'package', asked: [...asked], changes: [...changes] }],
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
