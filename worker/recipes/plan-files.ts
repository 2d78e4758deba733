import { dirname } from 'node:path';
import type { Check } from '#policies/check';
import type { Effect, FileState } from '#policies/effect';
import type { RecipeEdit } from '#policies/recipes/edit';
import type { Recipe, RecipeFile } from '#policies/recipes/recipe';
import { no, ok } from '#policies/result';
import { problemText } from '../changeset/problem.ts';
import { fileState, readFileState, sameState } from '../changeset/read-file.ts';
import { readFolder } from '../changeset/read-folder.ts';
import { editText } from './edit-text.ts';
import { SUBSCRIPTION } from './fact-basis.ts';
import { memoryOf, nicsOf, subscribed } from './facts.ts';
import { codenameOf, type RecipeHost } from './host.ts';
import { fileBasis } from './host-basis.ts';
import { joined, type Part, type Planned, part } from './part.ts';
import { sourcesOf } from './repositories.ts';

type Holes = Readonly<Record<string, string>>;

/** A file as it is to be. `content` null = left as it is. */
type Wanted = Pick<RecipeFile, 'path' | 'refresh'> & {
  readonly content: (before: string | null) => string | null;
  readonly mode: number;
  /** Its mode and owner stay as they are: it is not the recipe's own. */
  readonly keeps: boolean;
};

/** ZFS keeps so much in memory at most (bytes): little where there is little, an eighth where there is plenty. */
const arcMax = (memory: number): number => {
  const gib = 2 ** 30;
  if (memory <= 16 * gib) return gib / 2;
  return memory <= 32 * gib ? gib : Math.floor(memory / 8);
};

const filled = (text: string, holes: Holes): string =>
  text.replace(/\{([a-z_]+)\}/g, (whole, name: string) => holes[name] ?? whole);

const isWanted = ({ root }: RecipeHost, { path, on, unless_repository: component }: RecipeFile): boolean =>
  (on === undefined || on.includes(codenameOf({ root }) ?? '')) &&
  (component === undefined || sourcesOf(root, component, path).length === 0);

const ownFiles = (host: RecipeHost, file: RecipeFile): readonly Wanted[] => {
  if (!isWanted(host, file)) return [];
  const general = { arc_max: String(arcMax(memoryOf(host.root))) };
  const each: readonly Holes[] = file.each === 'nic' ? nicsOf(host.root) : [{}];
  return each.map((one) => {
    const holes = { ...general, ...one };
    const { mode, refresh } = file;
    const content = filled(file.content, holes);
    return {
      path: filled(file.path, holes),
      content: () => content,
      mode,
      keeps: false,
      ...(refresh ? { refresh } : {}),
    };
  });
};

const edited = (id: string, edit: RecipeEdit, hasSubscription: boolean): Wanted => ({
  path: edit.path,
  mode: 0o644,
  keeps: true,
  content: (before) => {
    if (edit.edit !== 'disable_repositories') return editText(before ?? '', edit, id);
    return before === null || hasSubscription ? before : editText(before, edit, id);
  },
});

/** Folders that are not there yet, outermost first. */
const missingFolders = (host: RecipeHost, path: string): readonly Effect[] => {
  const folder = dirname(path);
  if (folder === '/' || readFolder(host.root, folder) !== null) return [];
  const after = { mode: 0o755, ...host.owner };
  return [...missingFolders(host, folder), { kind: 'folder', path: folder, before: null, after }];
};

const refreshOf = ({ refresh }: Wanted) =>
  refresh === 'initramfs' ? { by: refresh } : refresh && { by: 'unit' as const, unit: refresh.unit };

/** The step that leads from one state to the other, after those that make its folders. */
const stepsOf = (host: RecipeHost, wanted: Wanted, { before, after }: States): Part => {
  const { path } = wanted;
  const refresh = refreshOf(wanted);
  const file: Effect = refresh
    ? { kind: 'refreshed-file', path, before, after, refresh }
    : { kind: 'file', path, before, after };
  return part({
    effects: [...missingFolders(host, path), file],
    checks: [{ check: 'host-file', state: 'ok', facts: { path } }],
    blast: refresh?.by === 'initramfs' ? [{ blast: 'after-reboot', what: path }] : [],
  });
};

type States = { readonly before: FileState | null; readonly after: FileState };

const stateOf = (
  { owner }: RecipeHost,
  { mode, keeps }: Wanted,
  content: string,
  now: FileState | null,
): FileState => fileState(content, keeps && now ? now : { mode, ...owner });

const planFile = (host: RecipeHost, wanted: Wanted): { readonly part: Part; readonly stop?: Check } => {
  const { path } = wanted;
  const now = readFileState(host.root, path);
  if (!now.ok) {
    const facts = { path, why: problemText(now.error) };
    return { part: part({}), stop: { check: 'host-file', state: 'stop', facts } };
  }
  const before = now.value;
  const content = wanted.content(before?.content ?? null);
  if (content === null) return { part: part({}) };
  const after = stateOf(host, wanted, content, before);
  const known = part({
    basis: [fileBasis(host, path)],
    probes: [{ probe: 'file', path, sha256: after.sha256 }],
  });
  return {
    part: sameState(before, after) ? known : joined([known, stepsOf(host, wanted, { before, after })]),
  };
};

/** A folder that two files need is made once. */
const onceEach = (whole: Part): Part => {
  const seen = new Set<string>();
  const effects = whole.effects.filter((effect) => {
    if (effect.kind !== 'folder') return true;
    const isFirst = !seen.has(effect.path);
    seen.add(effect.path);
    return isFirst;
  });
  return { ...whole, effects };
};

/** What the next start finds: the kernel settings of the recipe in a file that sysctl.d(5) reads last. */
const sysctlFile = ({ id, sysctl }: Recipe): readonly RecipeFile[] => {
  const lines = Object.entries(sysctl).map(([key, value]) => `${key} = ${value}\n`);
  if (lines.length === 0) return [];
  return [{ path: `/etc/sysctl.d/99-quorate-${id}.conf`, content: lines.join(''), mode: 0o644 }];
};

/** The recipe's own files, and its edits in others, with both states whole. */
export const planFiles = async (host: RecipeHost, recipe: Recipe): Promise<Planned> => {
  const { id, files, edits } = recipe;
  const switches = edits.some(({ edit }) => edit === 'disable_repositories');
  const has = switches && (await subscribed(host.root));
  const planned = [
    ...[...files, ...sysctlFile(recipe)].flatMap((file) => ownFiles(host, file)),
    ...edits.map((edit) => edited(id, edit, has)),
  ].map((wanted) => planFile(host, wanted));
  const stops = planned.flatMap(({ stop }) => stop ?? []);
  if (stops.length > 0) return no({ no: 'checks-failed', checks: stops });
  const basis = switches ? [{ of: SUBSCRIPTION, value: String(has) }] : [];
  return ok(onceEach(joined([...planned.map((one) => one.part), part({ basis })])));
};
