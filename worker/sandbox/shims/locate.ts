import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { posix } from 'node:path';
import { shimmedPrograms } from './table.ts';

const look = (path: string): Stats | undefined => lstatSync(path, { throwIfNoEntry: false });

const below = (root: string, path: string): string => (root === '/' ? path : root + path);

/** Where `path` leads to inside `root`, links read as if the root were `/`; undefined where there is nothing. */
export const resolveInside = (root: string, path: string): string | undefined => {
  const todo = path.split('/');
  let at = '';
  for (let links = 0; todo.length > 0; ) {
    const part = todo.shift() ?? '';
    const next = posix.join('/', at, part);
    const stats = look(below(root, next));
    if (!stats) return undefined;
    if (!stats.isSymbolicLink()) {
      at = next;
      continue;
    }
    if (++links > 40) return undefined;
    const target = readlinkSync(below(root, next));
    if (target.startsWith('/')) at = '';
    todo.unshift(...target.split('/'));
  }
  return at === '' ? '/' : at;
};

/** Where programs are looked for; most of these folders are one on a merged /usr. */
const names = new Set(shimmedPrograms);

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/sbin', '/usr/local/bin'];

const realFolders = (root: string): ReadonlySet<string> =>
  new Set(FOLDERS.flatMap((folder) => resolveInside(root, folder) ?? []));

const isCommon = (path: string): boolean =>
  /^(perl|perl5.*|sh|bash|dash|busybox|systemd|python3.*|env|true|false)$/.test(posix.basename(path));

/** A real file that is stood in for, and the names of the table that lead to it. */
export type Shimmed = { readonly path: string; readonly programs: readonly string[] };

/**
 * Every real file that a name of the table leads to, once. A link such as reboot leads to systemctl, so what stands there
 * goes by the name it was called. Links to perl, sh and other programs that do more than one thing would hide them too.
 */
export const locatePrograms = (root: string): readonly Shimmed[] => {
  const found = new Map<string, Set<string>>();
  for (const folder of realFolders(root)) {
    for (const program of readdirSync(below(root, folder)).filter((name) => names.has(name))) {
      const path = resolveInside(root, `${folder}/${program}`);
      if (path === undefined || isCommon(path)) continue;
      found.set(path, (found.get(path) ?? new Set()).add(program));
    }
  }
  return [...found].map(([path, programs]) => ({ path, programs: [...programs] }));
};
