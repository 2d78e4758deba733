/**
 * A path or a name as the bytes that the kernel keeps, each byte one character (latin1): file names need not be UTF-8,
 * and a decoder would destroy those that are not. Absolute, normalized, as the host sees it. Escape it before showing it.
 */
export type BytePath = string;

/** Extended attributes by name; values in base64. ACLs and file capabilities are among them. */
export type Xattrs = Readonly<Record<string, string>>;

type Owned = { readonly uid: number; readonly gid: number; readonly xattrs: Xattrs };
type Moded = Owned & { /** Permission bits, 0 to 0o7777. */ readonly mode: number };

/**
 * All that makes an entry what it is, times aside. `size` in bytes, `sha256` in hex of a file's content; `target` of a
 * symbolic link as bytes. `nlink` above 1 says that the file has other names.
 */
export type Meta =
  | (Moded & {
      readonly type: 'file';
      readonly size: number;
      readonly sha256: string;
      readonly nlink: number;
    })
  | (Moded & { readonly type: 'directory' })
  | (Owned & { readonly type: 'symlink'; readonly target: string })
  | (Moded & { readonly type: 'fifo' | 'socket' })
  | (Moded & { readonly type: 'character' | 'block'; readonly rdev: number });

/** One path taken from one exact state to another; null = there is nothing. Never null on both sides. */
export type Change = { readonly path: BytePath; readonly before: Meta | null; readonly after: Meta | null };

/** What a rehearsal changed, sorted by the bytes of the paths: a directory stands before what is in it. */
export type ChangeSet = readonly Change[];
