import { lstatSync, readdirSync } from 'node:fs';
import { type Meta } from '#worker/changeset/change';
import { LARGEST_FILE, readMeta } from '#worker/changeset/read-meta';

/** Every entry of a tree with all its metadata, times aside; paths as bytes. What is `staged` in it only where that is wanted. */
export const treeState = (root: string, { staged = false } = {}): Record<string, Meta | null> => {
  const found: Record<string, Meta | null> = {};
  const visit = (path: string): void => {
    const at = Buffer.concat([Buffer.from(root), Buffer.from(path, 'latin1')]);
    found[path] = readMeta(at, { path, most: LARGEST_FILE });
    if (!lstatSync(at).isDirectory()) return;
    for (const name of readdirSync(at, 'latin1').sort())
      if (staged || name !== '.quorate-changes') visit(`${path}/${name}`);
  };
  visit('');
  return found;
};
