import { z } from 'zod';

/** What preflight looks at, at the plan and again at the start. */
export const CHECKS = [
  'guest-status',
  'lock',
  'running-task',
  'ha',
  'quorum',
  'storage-space',
  'last-backup',
  'template',
  'protection',
  'snapshot',
  'target-node',
  'service',
  'host-file',
  'network',
  'later-edit',
  'package-removal',
  'package-source',
  'host-setting',
  'rehearsal',
] as const;

/** `stop` ends the plan; `unknown` is never read as fine: it is shown, and rules may refuse it. */
export const CheckState = z.enum(['ok', 'warn', 'stop', 'unknown']);
export type CheckState = z.infer<typeof CheckState>;

/** One preflight check and what it saw. `facts` fill the sentence that people read. */
export const Check = z.object({
  check: z.enum(CHECKS),
  state: CheckState,
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});
export type Check = z.infer<typeof Check>;
