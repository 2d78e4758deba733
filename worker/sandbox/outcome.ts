import type { KnownHashes } from '../changeset/known-hashes.ts';
import type { Layer } from '../changeset/scan.ts';
import type { CopyRun } from '../pmxcfs/cluster-changes.ts';
import type { HeldBy } from './limits/control-groups.ts';
import type { Stopped } from './limits/limits.ts';
import type { Planned } from './mounts/plan.ts';
import type { Output } from './output.ts';
import type { Recorded } from './record.ts';
import type { Secrets } from './secrets.ts';

/** What was seen of a run. The layers stay on disk until `discard`. */
export type Seen = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly records: readonly Recorded[];
  readonly layers: readonly Layer[];
  /** What was hashed of the host already while it ran. */
  readonly known: KnownHashes;
  /** What became of the copy of the cluster's configuration; null where no pmxcfs is mounted, or none can be started. */
  readonly cluster: CopyRun | null;
  /** How each mount of the host was shown; what is not `overlay` could not be rehearsed, and says why. */
  readonly mounts: readonly Planned[];
  /** Key material that the script could not see. */
  readonly hidden: Secrets;
  readonly heldBy: HeldBy;
  /** The folder of this rehearsal, for `discard`. */
  readonly folder: string;
};

/** Why nothing was run. `detail` is for the log; the words are the kernel's or a path. */
export type NotRun = {
  readonly why:
    | 'not-root'
    | 'no-bubblewrap'
    | 'no-root-folder'
    | 'root-not-rehearsable'
    | 'bad-script'
    | 'bad-store'
    | 'not-set-up';
  readonly detail: string;
};

/** How a rehearsal ended; nothing of it runs or is mounted any more, whichever it was. */
export type Outcome =
  | ({ readonly outcome: 'ran'; readonly code: number } & Seen)
  | ({ readonly outcome: 'stopped'; readonly by: Stopped } & Seen)
  | ({ readonly outcome: 'refused' } & NotRun);
