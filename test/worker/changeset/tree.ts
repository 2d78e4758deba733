import { lstatSync, readdirSync } from 'node:fs';
import type { BytePath, Meta } from '#worker/changeset/change';
import { bytesOf, metaOf } from '#worker/changeset/meta';

type Seen = Omit<Meta, 'nlink' | 'sameAs'> & { readonly twins: readonly BytePath[] };

const walk = (folder: BytePath, inside: BytePath, visit: (full: BytePath, path: BytePath) => void): void => {
  for (const name of readdirSync(bytesOf(folder), 'latin1').sort()) {
    const [full, path] = [`${folder}/${name}`, `${inside}/${name}`];
    visit(full, path);
    if (lstatSync(bytesOf(full)).isDirectory()) walk(full, path, visit);
  }
};

/** Everything below a folder by its path: all that an entry is but its times, and which names are one file. */
export const treeOf = (
  root: BytePath,
  leaveOut: readonly RegExp[] = [],
): Readonly<Record<BytePath, Seen>> => {
  const seen: Record<BytePath, Seen> = {};
  const byInode = new Map<number, BytePath[]>();
  walk(root, '', (full, path) => {
    if (leaveOut.some((pattern) => pattern.test(path))) return;
    const meta = metaOf(full);
    if (meta === null) return;
    const { ino, nlink } = lstatSync(bytesOf(full));
    const twins = byInode.get(ino) ?? [];
    if (meta.type === 'file' && nlink > 1) byInode.set(ino, twins);
    twins.push(path);
    const rest: Record<string, unknown> = { ...meta, twins };
    delete rest['nlink'];
    delete rest['sameAs'];
    seen[path] = rest as Seen; // all of Meta but the two that were taken out
  });
  return seen;
};
