import { realpathSync } from 'node:fs';
import { basename, dirname, join, normalize, sep } from 'node:path';
import { no, ok, type Result } from '#policies/result';
import { codeOf } from '../error-code.ts';
import type { FileProblem } from './problem.ts';

/** A file's place on this machine: its folder with every symbolic link resolved, and its own name. */
export type Place = { readonly folder: string; readonly name: string; readonly full: string };

const isMissing = (error: unknown): boolean => ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');

/**
 * Where the absolute `path` of a plan lies under the configured `root`. Links in the folders are followed only while
 * they stay inside the root; the file itself is never followed.
 */
export const locate = (root: string, path: string): Result<Place, FileProblem> => {
  if (!path.startsWith('/') || normalize(path) !== path || path.endsWith('/') || path.includes('\0'))
    return no({ problem: 'outside-root', path });
  try {
    const base = realpathSync(root);
    const folder = realpathSync(join(base, dirname(path)));
    const inside = base === sep || folder === base || folder.startsWith(base + sep);
    const name = basename(path);
    return inside ? ok({ folder, name, full: join(folder, name) }) : no({ problem: 'outside-root', path });
  } catch (error) {
    if (isMissing(error)) return no({ problem: 'no-folder', path });
    throw error;
  }
};
