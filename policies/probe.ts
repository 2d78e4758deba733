import { z } from 'zod';
import { NetworkPath } from './effect.ts';
import { HOST_PROBES } from './host-probe.ts';

/**
 * What must be seen afterwards for a change to count as done: success is what a probe saw, never an exit code alone.
 * `upBefore` and `than` are moments in ms since the epoch: the start that was seen before, and the newest backup before
 * (0 = none). `atLeast` in bytes. `want` is null where a setting or key must not be set.
 */
export const Probe = z.discriminatedUnion('probe', [
  z.object({ probe: z.literal('guest-status'), want: z.enum(['running', 'stopped', 'paused']) }),
  z.object({ probe: z.literal('guest-gone') }),
  z.object({ probe: z.literal('guest-on-node'), node: z.string() }),
  z.object({ probe: z.literal('guest-restarted'), upBefore: z.int().min(0) }),
  z.object({
    probe: z.literal('snapshot'),
    name: z.string(),
    want: z.enum(['present', 'absent', 'current']),
  }),
  z.object({ probe: z.literal('setting'), key: z.string(), want: z.string().nullable() }),
  z.object({ probe: z.literal('disk-size'), disk: z.string(), atLeast: z.int().min(0) }),
  z.object({ probe: z.literal('backup-newer'), storage: z.string(), than: z.int().min(0) }),
  /** The node was started after that moment. */
  z.object({ probe: z.literal('node-rebooted'), node: z.string(), upBefore: z.int().min(0) }),
  z.object({ probe: z.literal('service-running'), service: z.string() }),
  z.object({ probe: z.literal('file'), path: z.string(), sha256: z.string().nullable() }),
  /** All is in force as configured, and the peer is reached through what changed (null = there is none to ask). */
  z.object({ probe: z.literal('network'), path: NetworkPath.nullable() }),
  z.object({ probe: z.literal('apt-config'), key: z.string(), want: z.string().nullable() }),
  ...HOST_PROBES,
]);
export type Probe = z.infer<typeof Probe>;

/** What a probe saw. `saw` is text for people, masked and shortened by the worker. */
export const Seen = z.object({ probe: Probe, ok: z.boolean(), saw: z.string() });
export type Seen = z.infer<typeof Seen>;
