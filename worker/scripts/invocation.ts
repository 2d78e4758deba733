/** A word of a command as far as it is plain text; null where only running the script tells. */
export type Text = string | null;

/** One command as a script writes it, wrappers such as sudo and env taken off. */
export type Invocation = {
  /** Without the folder: `rm` for /bin/rm. */
  readonly name: Text;
  readonly args: readonly Text[];
  /** The line of the script, from 1. */
  readonly line: number;
  /** Files that its output is written into. */
  readonly writes: readonly Text[];
  readonly background: boolean;
  /** The commands whose output it reads through a pipe, and those inside its own words. */
  readonly upstream: readonly Invocation[];
  readonly within: readonly Invocation[];
};
