import type { BytePath } from '../../changeset/change.ts';
import type { Planned } from './plan.ts';

/** The arguments of one call of mount(2); `data` is text, flags are MS_* of linux/mount.h. */
export type MountCall = {
  readonly source: BytePath;
  readonly target: BytePath;
  readonly fs: string;
  readonly flags: number;
  readonly data: string;
};

/** MS_* of linux/mount.h. */
const RDONLY = 1;
const NOSUID = 2;
const NODEV = 4;
const NOEXEC = 8;
const REMOUNT = 32;
const BIND = 4096;
const REC = 16_384;
const PRIVATE = 262_144;

/** Nothing that is mounted from here on can be seen by the host. */
export const becomePrivate: MountCall = {
  source: 'none',
  target: '/',
  fs: 'none',
  flags: REC + PRIVATE,
  data: '',
};

const readOnlyFlags = BIND + REMOUNT + RDONLY + NODEV + NOSUID;

/** The same file or folder at another place, as it can be written to there. Of ours, and of two devices: no folder of the host is shown so. */
export const bind = (source: BytePath, target: BytePath): MountCall => ({
  source,
  target,
  fs: 'none',
  flags: BIND,
  data: '',
});

/** An empty folder of memory, of so many bytes. */
export const memory = (target: BytePath, bytes: number): MountCall => ({
  source: 'tmpfs',
  target,
  fs: 'tmpfs',
  flags: NOSUID + NODEV,
  data: `size=${bytes},mode=1777`,
});

/** The flags of a bind are only taken by a second call (mount(2), "Creating a bind mount"). */
export const bindReadOnly = (source: BytePath, target: BytePath): readonly MountCall[] => [
  { source, target, fs: 'none', flags: BIND, data: '' },
  { source: 'none', target, fs: 'none', flags: readOnlyFlags, data: '' },
];

/** An empty folder over `target` that nobody can write to. */
export const hide = (target: BytePath): MountCall => ({
  source: 'hidden',
  target,
  fs: 'tmpfs',
  flags: RDONLY + NODEV + NOSUID + NOEXEC,
  data: 'size=4k,nr_inodes=1,mode=000',
});

/** The kernel's view of the devices, without the control groups and debug trees that the host mounts in it. */
export const sysfs = (target: BytePath): readonly MountCall[] => [
  { source: 'sysfs', target, fs: 'sysfs', flags: NOSUID + NODEV + NOEXEC, data: '' },
  { source: 'none', target, fs: 'none', flags: readOnlyFlags + NOEXEC, data: '' },
];

const escapeOption = (path: BytePath): string => path.replace(/[\\:,]/g, '\\$&');

/**
 * The overlay of one mount. redirect_dir and metacopy stay off so that the upper layer can be read by itself; volatile
 * leaves out every sync, for what is rehearsed is thrown away; nodev, since a device node in the upper layer would open.
 */
export const overlay = (folders: {
  readonly lower: BytePath;
  readonly upper: BytePath;
  readonly work: BytePath;
  readonly target: BytePath;
}): MountCall => {
  const folder = (name: 'lower' | 'upper' | 'work'): string => `${name}dir=${escapeOption(folders[name])}`;
  const options = 'index=off,xino=off,redirect_dir=off,metacopy=off,volatile';
  return {
    source: 'overlay',
    target: folders.target,
    fs: 'overlay',
    flags: NODEV,
    data: `${folder('lower')},${folder('upper')},${folder('work')},${options}`,
  };
};

/** Where the layers of the mount number `index` lie in the store. */
export const layerFolders = (store: BytePath, index: number): { upper: BytePath; work: BytePath } => ({
  upper: `${store}/layers/${index}/upper`,
  work: `${store}/layers/${index}/work`,
});

/** The calls that put a plan together below `merged`. */
export const callsOf = (plan: readonly Planned[], store: BytePath, merged: BytePath): readonly MountCall[] =>
  plan.flatMap((planned, index) => {
    const target = planned.at === '/' ? merged : merged + planned.at;
    if (planned.how === 'copy') return [];
    if (planned.how === 'hidden') return [hide(target)];
    if (planned.how === 'read-only') return bindReadOnly(planned.point, target);
    return [overlay({ lower: planned.point, target, ...layerFolders(store, index) })];
  });
