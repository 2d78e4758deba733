/**
 * What becomes of a call: `files` lets the real program change files only, `inside` lets it run as it is, `ask` is
 * answered from what is known of the host, `record` is noted and answered with success, `deny` noted and refused.
 */
export type Handling =
  /** `files-only`: without what it would have started or stopped beside them. */
  | { readonly does: 'files' | 'files-only'; readonly args: readonly string[] }
  | { readonly does: 'inside' }
  | { readonly does: 'ask' }
  | { readonly does: 'dialog' }
  | { readonly does: 'record'; readonly known: boolean }
  | { readonly does: 'deny' };

/** What kind of thing outside of the files a program acts on. */
export type EffectClass =
  | 'unit'
  | 'power'
  | 'guest'
  | 'cluster'
  | 'storage'
  | 'network'
  | 'kernel'
  | 'boot'
  | 'clock'
  | 'dialog';

/** Programs by name, and the words that decide. A word is the first argument that is no option, or the whole start. */
export type ShimRow = {
  readonly programs: readonly string[];
  readonly effect: EffectClass;
  /** Only files: done by the real program, with these arguments before its own. */
  readonly files?: readonly string[];
  readonly filesArgs?: readonly string[];
  /** Only reads: answered from what is known of the host. */
  readonly ask?: readonly string[];
  /** Reads that the real program can do inside, files and /proc being there. */
  readonly inside?: readonly string[];
  readonly record?: readonly string[];
  readonly deny?: readonly string[];
  /** What a call without a word, or with one that is in no list, comes to; recorded as unknown unless said. */
  readonly bare?: 'ask' | 'inside' | 'record' | 'dialog';
};
