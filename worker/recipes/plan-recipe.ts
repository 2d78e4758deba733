import { ACTIONS } from '#policies/actions';
import type { Check } from '#policies/check';
import type { Effect } from '#policies/effect';
import type { NodeName } from '#policies/ids';
import type { Basis } from '#policies/plan';
import type { Probe } from '#policies/probe';
import type { Recipe } from '#policies/recipes/recipe';
import { no, ok, type Result } from '#policies/result';
import type { WorkerRefusal } from '#policies/worker-refusal';
import type { Draft } from '../actions/action.ts';
import { problemText } from '../changeset/problem.ts';
import { fileState, readFileState, sameState } from '../changeset/read-file.ts';
import { codenameOf, type RecipeHost } from './host.ts';
import { aptBasis, fileBasis } from './host-basis.ts';

type FileEffect = Extract<Effect, { kind: 'file' }>;

/** What is there and what the recipe wants there, file by file; also those that are already so. */
const fileEffects = ({ root, owner }: RecipeHost, { files }: Recipe): Result<FileEffect[], WorkerRefusal> => {
  const effects: FileEffect[] = [];
  const stops: Check[] = [];
  for (const { path, content, mode } of files) {
    const now = readFileState(root, path);
    if (now.ok)
      effects.push({ kind: 'file', path, before: now.value, after: fileState(content, { mode, ...owner }) });
    else stops.push({ check: 'host-file', state: 'stop', facts: { path, why: problemText(now.error) } });
  }
  return stops.length > 0 ? no({ no: 'checks-failed', checks: stops }) : ok(effects);
};

const unfit = (host: RecipeHost, { id, for: { debian } }: Recipe): WorkerRefusal | undefined => {
  const codename = codenameOf(host);
  if (codename !== null && debian.includes(codename)) return undefined;
  const why = `Debian ${codename ?? '(unknown)'}; it is for ${debian.join(', ')}`;
  return { no: 'recipe-not-for-this-host', recipe: id, why };
};

const basisOf = async (
  host: RecipeHost,
  { id, files, probes }: Recipe,
): Promise<Result<Basis[], WorkerRefusal>> => {
  const basis = files.map(({ path }) => fileBasis(host, path));
  for (const { apt_config } of probes) {
    const apt = await aptBasis(host, apt_config);
    if (!apt.ok)
      return no({ no: 'recipe-not-for-this-host', recipe: id, why: `apt-config: ${apt.error.failure}` });
    basis.push(apt.value);
  }
  return ok(basis);
};

const probesOf = ({ probes }: Recipe, effects: readonly FileEffect[]): Probe[] => [
  ...effects.map(({ path, after }): Probe => ({ probe: 'file', path, sha256: after?.sha256 ?? null })),
  ...probes.map(({ apt_config, want }): Probe => ({ probe: 'apt-config', key: apt_config, want })),
];

/** Plans a recipe for a host: the files that are not yet as it wants them, with both states whole. Touches nothing. */
export const planRecipe = async (
  host: RecipeHost,
  recipe: Recipe,
  node: NodeName,
): Promise<Result<Draft, WorkerRefusal>> => {
  const misfit = unfit(host, recipe);
  if (misfit) return no(misfit);
  const all = fileEffects(host, recipe);
  if (!all.ok) return all;
  const effects = all.value.filter(({ before, after }) => !sameState(before, after));
  if (effects.length === 0) return no({ no: 'nothing-to-do' });
  const basis = await basisOf(host, recipe);
  if (!basis.ok) return basis;
  return ok({
    node,
    name: node,
    basis: basis.value,
    effects,
    probes: probesOf(recipe, all.value),
    checks: effects.map(({ path }) => ({ check: 'host-file', state: 'ok', facts: { path } })),
    blast: [],
    risk: ACTIONS['host.recipe'].risk,
    undo: { possible: true },
  });
};
