import type { Result } from '#policies/result';
import type { BytePath, Change, ChangeSet, Meta } from './change.ts';
import { type ChangeProblem, Refused, refusable } from './change-problem.ts';

/** www-data of Debian's base-passwd; pmxcfs gives all its files to this group. */
const WWW_DATA = 33;

/** Largest file of pmxcfs (bytes); more answers EFBIG (seen on PVE 8.4). */
const LARGEST = 1024 * 1024;

/** The places that pmxcfs shows to root alone (pve-cluster, cfs-utils.c, path_is_private). */
const PRIVATE = /\/pve\/(priv|nodes\/[^/]+\/priv)(\/|$)/;

const given = (path: BytePath): { readonly file: number; readonly directory: number } =>
  PRIVATE.test(path) ? { file: 0o600, directory: 0o700 } : { file: 0o640, directory: 0o755 };

/** The first thing of a state that pmxcfs cannot hold, in a word. */
const unheld = (meta: Meta): string | undefined => {
  if (meta.type !== 'file' && meta.type !== 'directory') return meta.type;
  if (Object.keys(meta.xattrs).length > 0) return 'xattr';
  if (meta.uid !== 0 || (meta.gid !== 0 && meta.gid !== WWW_DATA)) return 'owner';
  if (meta.type === 'directory') return undefined;
  if (meta.size > LARGEST) return 'size';
  return (meta.mode & 0o7111) === 0 ? undefined : 'mode';
};

/** A file or a folder with the mode and the owners that pmxcfs gives it, whatever it was made with. */
export const settled = (path: BytePath, meta: Meta): Meta =>
  meta.type === 'file' || meta.type === 'directory'
    ? { ...meta, uid: 0, gid: WWW_DATA, mode: given(path)[meta.type] }
    : meta;

const unable = ({ before, after, link }: Change): string | undefined => {
  if (link !== undefined || (after?.type === 'file' && after.nlink > 1)) return 'link';
  // One plain rename cannot put a directory and a file in each other's place.
  if (before && after && before.type !== after.type) return 'type';
  return after ? unheld(after) : undefined;
};

/** Why pmxcfs would refuse a change as it stands, undefined where it would take it. */
export const pmxcfsProblem = (change: Change): string | undefined => {
  const what = unable(change);
  if (what !== undefined || change.after === null) return what;
  const { mode, gid } = { mode: 0, ...change.after };
  const wanted = { mode: 0, ...settled(change.path, change.after) };
  return mode === wanted.mode && gid === wanted.gid ? undefined : 'mode';
};

const same = (a: Meta | null, b: Meta): boolean =>
  a?.type === b.type && (b.type !== 'file' || (a.type === 'file' && a.sha256 === b.sha256));

const onPmxcfs = (change: Change): readonly Change[] => {
  const what = unable(change);
  if (what !== undefined) throw new Refused({ problem: 'pmxcfs-cannot', path: change.path, what });
  if (change.after === null) return [change];
  // A new file is born 0640 root:www-data there whatever its maker asked for; in the overlay it was not.
  const after = settled(change.path, change.after);
  return same(change.before, after) ? [] : [{ ...change, after }];
};

/**
 * What a rehearsal over a pmxcfs would have done to the real one, where mode and owner are not the script's to choose;
 * refused where the real one would have failed: links, devices, attributes, execute bits, more than 1 MiB (reference:
 * pmxcfs of PVE 8.4, chmod and chown EPERM, link EPERM, symlink ENOSYS, xattr ENOTSUP). Paths outside `mount` are kept.
 */
export const asPmxcfs = (changes: ChangeSet, mount: BytePath): Result<ChangeSet, ChangeProblem> =>
  refusable(() =>
    changes.flatMap((change) => (`${change.path}/`.startsWith(`${mount}/`) ? onPmxcfs(change) : [change])),
  );
