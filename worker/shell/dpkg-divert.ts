import { ok, type Result } from '#policies/result';
import { inRoot } from './in-root.ts';
import type { RunFailure } from './run.ts';

/** Whose a diversion is (`LOCAL` = the host's own), and where dpkg puts the package's file instead. */
export type Diversion = { readonly by: string; readonly to: string };

/** The diversion of a path, null where there is none; dpkg-divert(1). */
export const readDiversion = async (
  root: string,
  path: string,
): Promise<Result<Diversion | null, RunFailure>> => {
  const by = await inRoot(root, 'dpkg-divert', ['--listpackage', path]);
  if (!by.ok) return by;
  if (by.value.trim() === '') return ok(null);
  const to = await inRoot(root, 'dpkg-divert', ['--truename', path]);
  return to.ok ? ok({ by: by.value.trim(), to: to.value.trim() }) : to;
};

/** Has dpkg put the package's file at `to` from now on. Moves nothing: `--rename` would leave the path empty for a moment. */
export const divert = (root: string, path: string, to: string): Promise<Result<string, RunFailure>> =>
  inRoot(root, 'dpkg-divert', ['--local', '--no-rename', '--divert', to, '--add', path]);

/** Takes the host's own diversion of a path away. */
export const undivert = (root: string, path: string): Promise<Result<string, RunFailure>> =>
  inRoot(root, 'dpkg-divert', ['--local', '--no-rename', '--remove', path]);

/**
 * Where a package has a program, by the name that dpkg knows: since /bin is a link to /usr/bin a path has two, and only one of them
 * can be diverted (https://wiki.debian.org/UsrMerge, DEP17). Null where it has none.
 */
export const programOf = async (root: string, name: string, program: string): Promise<string | null> => {
  const said = await inRoot(root, 'dpkg-query', ['-L', name]);
  const paths = said.ok ? said.value.split('\n') : [];
  return paths.find((path) => /^(\/usr)?\/s?bin\/[^/]+$/.test(path) && path.endsWith(`/${program}`)) ?? null;
};
