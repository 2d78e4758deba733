import type { BytePath } from '../../changeset/change.ts';
import { type Mount, reachable } from './mountinfo.ts';

/** How one mount of the host appears inside; `point` is where it is on the host, `at` where it is inside. */
export type Planned = {
  readonly point: BytePath;
  readonly at: BytePath;
  readonly fs: string;
} & (
  | { readonly how: 'overlay' }
  /** pmxcfs: another one runs over a copy of its database. */
  | { readonly how: 'copy' }
  | { readonly how: 'read-only'; readonly why: string }
  | { readonly how: 'hidden'; readonly why: string }
);

type Handling = { readonly how: 'overlay' } | { readonly how: 'read-only' | 'hidden'; readonly why: string };

/** Made new inside, so nothing of the host's is shown there. */
const FRESH = ['/proc', '/sys', '/dev', '/run'];

const rows: readonly { readonly fs: RegExp; readonly handling: Handling }[] = [
  {
    // overlayfs refuses lower file systems that compare names in their own way (fs/overlayfs/util.c, ovl_dentry_weird).
    fs: /^(vfat|msdos|exfat|ntfs3?|hfs(plus)?|affs|efivarfs)$/,
    handling: { how: 'read-only', why: 'overlayfs takes no file system that ignores case' },
  },
  { fs: /^(iso9660|udf|squashfs|erofs)$/, handling: { how: 'read-only', why: 'it cannot be written to' } },
  {
    fs: /^(nfs4?|cifs|smb3|ceph|9p|fuse\.(glusterfs|sshfs|ceph|s3fs|rclone))$/,
    handling: { how: 'hidden', why: 'a network file system could hang the rehearsal' },
  },
  { fs: /^autofs$/, handling: { how: 'hidden', why: 'looking at it would mount something on the host' } },
  // Of all FUSE file systems only pmxcfs, which calls itself /dev/fuse, was seen to work as a lower layer.
  { fs: /^fuse\..+$/, handling: { how: 'hidden', why: 'it is a FUSE file system other than pmxcfs' } },
  {
    fs: /^(ext[234]|xfs|btrfs|zfs|f2fs|bcachefs|jfs|reiserfs|tmpfs|ramfs|overlay|fuse|fuseblk)$/,
    handling: { how: 'overlay' },
  },
];

const handlingOf = ({ fs, readOnly }: Mount): Handling => {
  const row = rows.find((each) => each.fs.test(fs));
  if (!row) return { how: 'hidden', why: `nothing is known about ${fs}` };
  if (readOnly && row.handling.how === 'overlay') return { how: 'read-only', why: 'it is mounted read-only' };
  return row.handling;
};

/** True for the folder itself and for all that is in it. */
export const isBelow = (path: BytePath, folder: BytePath): boolean =>
  folder === '/' || path === folder || path.startsWith(`${folder}/`);

const inside = (point: BytePath, root: BytePath): BytePath =>
  root === '/' ? point : point.slice(root.length) || '/';

const planOne = (mount: Mount, root: BytePath, refused: ReadonlyMap<BytePath, string>): Planned => {
  const base = { point: mount.point, at: inside(mount.point, root), fs: mount.fs };
  const handling = handlingOf(mount);
  const why = refused.get(mount.point);
  if (handling.how === 'overlay' && why !== undefined) return { ...base, how: 'read-only', why };
  return { ...base, ...handling };
};

/** A root that is no mount of its own lies in one, and is taken as if it were mounted. */
const withRoot = (mounts: readonly Mount[], root: BytePath): readonly Mount[] => {
  if (mounts.some(({ point }) => point === root)) return mounts;
  const home = mounts
    .filter(({ point }) => isBelow(root, point))
    .toSorted((a, b) => b.point.length - a.point.length)[0];
  return home ? [...mounts, { ...home, point: root }] : mounts;
};

/**
 * What becomes of each mount at and below `root`: parents stand before what is mounted in them. `refused` names the
 * mounts on which the probe failed, and why; they are shown read-only. What is below something hidden is left out.
 */
export const planMounts = (
  mounts: readonly Mount[],
  root: BytePath,
  refused: ReadonlyMap<BytePath, string> = new Map(),
): readonly Planned[] => {
  const planned = withRoot(reachable(mounts), root)
    .filter(({ point }) => isBelow(point, root))
    .map((mount) => planOne(mount, root, refused))
    .filter(({ at }) => !FRESH.some((fresh) => isBelow(at, fresh)))
    .toSorted((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
  const hidden = planned.filter(({ how }) => how === 'hidden');
  return planned.filter(({ at }) => !hidden.some((over) => over.at !== at && isBelow(at, over.at)));
};
