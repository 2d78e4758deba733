import { readFileSync } from 'node:fs';
import type { BytePath } from '../../changeset/change.ts';

/** One line of /proc/self/mountinfo, as far as it matters; paths as bytes, one character each. */
export type Mount = {
  readonly id: number;
  readonly parent: number;
  readonly point: BytePath;
  readonly readOnly: boolean;
  readonly fs: string;
  readonly source: string;
};

/** The kernel writes blank, tab, line break and backslash as `\040` and so on (proc_pid_mountinfo(5)). */
const unescape = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

const parseLine = (line: string): Mount => {
  const [before = '', after = ''] = line.split(' - ', 2);
  const [id, parent, , , point = '', options = ''] = before.split(' ');
  const [fs = '', source = '', superOptions = ''] = after.split(' ');
  const readOnly = [options, superOptions].some((each) => each.split(',').includes('ro'));
  return { id: Number(id), parent: Number(parent), point: unescape(point), readOnly, fs, source };
};

/** The mounts of mountinfo's text (read it as latin1), in the order of the kernel. */
export const parseMountinfo = (text: string): readonly Mount[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseLine);

/** The mounts that this process sees now. */
export const readMountinfo = (): readonly Mount[] =>
  parseMountinfo(readFileSync('/proc/self/mountinfo', 'latin1'));

const isBelow = (path: BytePath, folder: BytePath): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

/** A mount is covered by a later one on the same place, or on a place above it that is not one of its own parents. */
const isCovered = (mount: Mount, index: number, all: readonly Mount[]): boolean =>
  all.slice(index + 1).some(({ point, id }) => isBelow(mount.point, point) && id !== mount.parent);

/** The mounts that a path can reach: those that others lie over are left out. */
export const reachable = (mounts: readonly Mount[]): readonly Mount[] =>
  mounts.filter((mount, index) => !isCovered(mount, index, mounts));
