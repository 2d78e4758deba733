import type { BytePath } from '../changeset/change.ts';
import type { CopyRun } from '../pmxcfs/cluster-changes.ts';
import { PMXCFS } from '../pmxcfs/mount.ts';
import { bindReadOnly, hide, type MountCall } from './mounts/calls.ts';
import { isBelow, type Planned } from './mounts/plan.ts';
import type { RehearsalOptions } from './script.ts';
import { findSecrets, type Secrets } from './secrets.ts';

/** Of a path as we have it, the bytes that the kernel has. */
export const bytesOf = (path: string): BytePath => Buffer.from(path, 'utf8').toString('latin1');
export const textOf = (path: BytePath): string => Buffer.from(path, 'latin1').toString('utf8');

/** Is what lies there on the host seen inside at all? Not where all is made new, nor in a mount that is hidden. */
const isShown = (at: string, plan: readonly Planned[]): boolean =>
  !['/proc', '/sys', '/dev', '/run'].some((each) => isBelow(at, each)) &&
  !plan.some((each) => each.how === 'hidden' && isBelow(at, each.at));

/** The place inside where our own layers would be seen, undefined where they are not. */
const storeInside = (options: RehearsalOptions, plan: readonly Planned[]): string | undefined => {
  if (!isBelow(options.store, options.root)) return undefined;
  const at = options.root === '/' ? options.store : options.store.slice(options.root.length);
  return isShown(at, plan) ? at : undefined;
};

/** `covered` by mounts; `unseen` also what is empty in the copy of the cluster's configuration. */
export type Hiding = { readonly covered: Secrets; readonly unseen: Secrets };

/** What is to be covered: nothing that is not seen anyway, and nothing in a folder that is covered as a whole. */
export const secretsOf = (
  options: RehearsalOptions,
  plan: readonly Planned[],
  cluster: CopyRun | null,
): Hiding => {
  const { folders, files } = findSecrets(options.root, options.hide);
  const isOpen = (path: string): boolean =>
    isShown(path, plan) &&
    !(cluster && isBelow(path, PMXCFS)) &&
    !folders.some((folder) => folder !== path && isBelow(path, folder));
  const covered = {
    folders: [...new Set(folders)].filter(isOpen),
    files: [...new Set(files)].filter(isOpen),
  };
  const emptied = [...(cluster?.emptied.keys() ?? [])].map((at) => textOf(PMXCFS + at));
  return { covered, unseen: { ...covered, files: [...covered.files, ...emptied] } };
};

/** Over key material and over our own place. */
export const coverCalls = (
  options: RehearsalOptions,
  folder: string,
  { plan, secrets }: { readonly plan: readonly Planned[]; readonly secrets: Secrets },
): readonly MountCall[] => {
  const merged = `${bytesOf(folder)}/merged`;
  const store = storeInside(options, plan);
  return [
    ...(store === undefined ? [] : [hide(merged + bytesOf(store))]),
    ...secrets.folders.map((path) => hide(merged + bytesOf(path))),
    ...secrets.files.flatMap((path) => bindReadOnly(`${bytesOf(folder)}/empty`, merged + bytesOf(path))),
  ];
};
