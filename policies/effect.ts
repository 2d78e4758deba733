import { z } from 'zod';
import { AccessEffect } from './access-effect.ts';
import { ChangeSetEffect } from './change-set.ts';
import { HOST_EFFECTS, Loader, Refresh } from './host-effect.ts';

/** One setting before and after; null = not set. Values are shown to people, so secrets are masked by the worker. */
export const SettingDiff = z.object({
  key: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type SettingDiff = z.infer<typeof SettingDiff>;

/** One request to the Proxmox API, exactly as it will be sent. */
export const ApiCall = z.object({
  method: z.enum(['POST', 'PUT', 'DELETE']),
  path: z.string().startsWith('/'),
  params: z.record(z.string(), z.string()),
});
export type ApiCall = z.infer<typeof ApiCall>;

/** A regular file's whole state. `content` is text as UTF-8; `mode` the permission bits (0 to 0o7777). */
export const FileState = z.object({
  content: z.string(),
  sha256: z.string(),
  mode: z.int().min(0).max(0o7777),
  uid: z.int().min(0),
  gid: z.int().min(0),
});
export type FileState = z.infer<typeof FileState>;

/** The files of a host's network: what is in force, and what Proxmox keeps beside it until it is applied. */
export const NetworkFiles = z.object({ interfaces: FileState.nullable(), pending: FileState.nullable() });
export type NetworkFiles = z.infer<typeof NetworkFiles>;

/** A peer that must be reached through one of the devices that change, or the change is not kept. */
export const NetworkPath = z.object({ peer: z.string(), devices: z.array(z.string()).min(1) });
export type NetworkPath = z.infer<typeof NetworkPath>;

/** The least and the most time that a network change may wait to be kept (s). */
const WAIT = { least: 1, most: 3600 };

const states = {
  path: z.string().startsWith('/'),
  before: FileState.nullable(),
  after: FileState.nullable(),
};

/**
 * Everything a plan can do, in the order it is done. `inverse` of an API call is what undoes it, or null where nothing
 * does; a file effect is inverted by swapping its two states. A network effect is armed as `tx` before it is applied, and
 * taken back after `revertAfter` seconds whatever becomes of the worker; `way` says whether it leads there or back, `diff`
 * what a rehearsal saw change.
 */
export const Effect = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('api'),
    call: ApiCall,
    answer: z.enum(['task', 'done']),
    diff: z.array(SettingDiff),
    inverse: ApiCall.nullable(),
  }),
  z.object({ kind: z.literal('file'), ...states }),
  z.object({ kind: z.literal('refreshed-file'), ...states, refresh: Refresh }),
  z.object({ kind: z.literal('kernel-cmdline'), ...states, loader: Loader }),
  ...HOST_EFFECTS,
  /**
   * A program of a package diverted to `to`, and `wrapper` in its place; `path` and `to` as dpkg has them. `way` back: the
   * package's own again.
   */
  z.object({
    kind: z.literal('diversion'),
    path: z.string().startsWith('/'),
    to: z.string().startsWith('/'),
    wrapper: FileState,
    way: z.enum(['there', 'back']),
  }),
  ChangeSetEffect,
  AccessEffect,
  z.object({
    kind: z.literal('network'),
    tx: z.string(),
    way: z.enum(['there', 'back']),
    before: NetworkFiles,
    after: NetworkFiles,
    revertAfter: z.int().min(WAIT.least).max(WAIT.most),
    path: NetworkPath.nullable(),
    diff: z.array(SettingDiff),
  }),
]);
export type Effect = z.infer<typeof Effect>;

/** An effect that takes one file from one state to another, whatever is run beside it. */
export type FileEffect = Extract<Effect, { kind: 'file' | 'refreshed-file' | 'kernel-cmdline' }>;

/** Does this effect take one file from one state to another? */
export const isFileEffect = (effect: { readonly kind: string }): effect is FileEffect =>
  ['file', 'refreshed-file', 'kernel-cmdline'].includes(effect.kind);

/** A change of a host's network. */
export type NetworkEffect = Extract<Effect, { kind: 'network' }>;
