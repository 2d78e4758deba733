import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { readXattrs } from '#worker/libc/file-calls';

const kindOf = (path: string): string => {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return 'nothing';
  const xattrs = JSON.stringify(readXattrs(Buffer.from(path)));
  const owned = `${stats.mode.toString(8)} ${stats.uid}:${stats.gid} ${xattrs}`;
  if (stats.isSymbolicLink()) return `${owned} -> ${readlinkSync(path)}`;
  if (!stats.isFile()) return `${owned} ${stats.rdev}`;
  return `${owned} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
};

const isFolder = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const namesIn = (path: string): readonly string[] => (isFolder(path) ? readdirSync(path) : []);

/**
 * Paths that differ between two trees in bytes, type, mode, owner, extended attributes (ACLs among them) or target, times aside. Only what is in `upper`, an overlay's
 * upper folder, is looked at: nothing else can have changed. `passOver` are prefixes of paths that may differ.
 */
export const treeDiff = (
  { root, lower, upper }: { readonly root: string; readonly lower: string; readonly upper: string },
  passOver: readonly string[],
): readonly string[] => {
  const differ: string[] = [];
  const walk = (path: string): void => {
    for (const name of new Set([...namesIn(join(upper, path)), ...namesIn(join(lower, path))])) {
      const at = `${path}/${name}`;
      if (passOver.some((prefix) => at.startsWith(prefix))) continue;
      if (
        !lstatSync(join(upper, at), { throwIfNoEntry: false }) &&
        lstatSync(join(root, at), { throwIfNoEntry: false })
      )
        continue;
      if (kindOf(join(root, at)) !== kindOf(join(lower, at))) differ.push(at);
      else if (isFolder(join(root, at))) walk(at);
    }
  };
  walk('');
  return differ;
};
