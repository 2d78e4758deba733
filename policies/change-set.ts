import { z } from 'zod';
import { ScriptLabel } from './script-label.ts';
import { Shortfall } from './script-request.ts';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Why the content of a path is not shown as a diff; `package`: the package that stands in the plan brings it. */
export const UNSHOWN = [
  'secret',
  'binary',
  'large',
  'not-a-file',
  'same-content',
  'unavailable',
  'package',
] as const;

/**
 * One path for people. `path` and texts are escaped by the worker; `before` and `after` tell type, mode, owner, size and sha256
 * (null = there is nothing); `diff` holds the hunks of a unified diff, null where there is none, and then `unshown` says why.
 */
export const ChangedPath = z.object({
  path: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  diff: z.array(z.string()).nullable(),
  unshown: z.enum(UNSHOWN).nullable(),
});
export type ChangedPath = z.infer<typeof ChangedPath>;

/** A name that reads otherwise afterwards; null = it is not there. */
const Sides = z.object({ name: z.string(), before: z.string().nullable(), after: z.string().nullable() });
export type Sides = z.infer<typeof Sides>;

/**
 * What a change set came from: the script whole (`text` null where it is no text), what its text says, and what its rehearsal saw
 * that `short`s the plan of something. `unseen`: places that it could not see or change.
 */
export const Rehearsed = z.object({
  script: z.string(),
  path: z.string(),
  sha256: Sha256,
  args: z.array(z.string()),
  /** What whoever asked answered to its dialogs beforehand. */
  answers: z.string().nullable(),
  text: z.string().nullable(),
  labels: z.array(z.object({ label: ScriptLabel, lines: z.array(z.int()) })),
  code: z.int(),
  short: z.array(z.object({ of: Shortfall, what: z.array(z.string()) })),
  unseen: z.array(z.string()),
});
export type Rehearsed = z.infer<typeof Rehearsed>;

/**
 * What systemd is asked for, so that what files say counts; systemctl(1). Of a unit that runs only: none is started by it.
 */
export const UnitJob = z.discriminatedUnion('job', [
  z.object({ job: z.literal('daemon-reload') }),
  z.object({ job: z.enum(['try-restart', 'try-reload-or-restart', 'reload']), unit: z.string() }),
]);
export type UnitJob = z.infer<typeof UnitJob>;

/**
 * Paths taken from exactly one state to exactly another, all or none; none where a script only asked for what other effects do. `digest` seals every byte of it on the node; `paths` are
 * all of them as bytes, each one character (latin1). `tx` names it in the node's journal, where the way back is kept;
 * `way` says whether it leads there or back, and `entries` and the lists before it are as that way goes. `jobs` are asked for once
 * the files are there, and again once they were taken back.
 */
export const ChangeSetEffect = z.object({
  kind: z.literal('changeset'),
  tx: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  way: z.enum(['there', 'back']),
  digest: Sha256,
  mounts: z.array(z.object({ path: z.string(), profile: z.enum(['posix', 'pmxcfs']) })),
  paths: z.array(z.string()),
  packages: z.array(Sides),
  accounts: z.array(Sides),
  units: z.array(Sides),
  entries: z.array(ChangedPath),
  rehearsed: Rehearsed.nullable(),
  jobs: z.array(UnitJob).exactOptional(),
});
export type ChangeSetEffect = z.infer<typeof ChangeSetEffect>;
