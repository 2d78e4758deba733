import { z } from 'zod';
import { readWith } from '#policies/read-with';
import type { PveFailure } from './failure.ts';

/** An answer that is not a 200. `body` is parsed JSON, or null. */
export type Refused = { readonly status: number; readonly reason: string; readonly body: unknown };

type Row = readonly [RegExp, (found: RegExpExecArray, message: string) => PveFailure];

const forbidden = (found: RegExpExecArray, message: string): PveFailure => ({
  kind: 'forbidden',
  path: found[1] ?? null,
  privileges: found[2]?.split('|') ?? [],
  message,
});

/** Texts of real nodes (PVE 8.4.21); a status of 500 says nothing more than the text does. */
const texts: readonly Row[] = [
  [/^(?:403 )?Permission check failed(?: \((\/[^,)]*), ([^)]*)\))?/, forbidden],
  [
    /Configuration file '.*' does not exist|^unable to find configuration file for (?:VM|CT) /,
    (_, message) => ({ kind: 'no-such-guest', message }),
  ],
  [
    /checksum mismatch \(file change by other user\?\)|detected modified configuration/,
    (_, message) => ({ kind: 'digest-mismatch', message }),
  ],
  [
    /(?:VM|CT) is locked \(([a-z-]+)\)/,
    (found, message) => ({ kind: 'locked', lock: found[1] ?? '', message }),
  ],
  [
    /no quorum|unable to open file '\/etc\/pve\/.*Permission denied/s,
    (_, message) => ({ kind: 'no-quorum', message }),
  ],
  [
    /can't (?:lock file|acquire lock) '|cfs-lock '.*got lock request timeout/,
    (_, message) => ({ kind: 'lock-timeout', message }),
  ],
  [
    /^hostname lookup '([^']*)' failed/,
    (found, message) => ({ kind: 'no-such-node', node: found[1] ?? '', message }),
  ],
];

const Body = z.object({
  message: z.string().catch(''),
  errors: z.record(z.string(), z.coerce.string()).catch({}),
});
type Body = z.infer<typeof Body>;
const NOTHING_SAID: Body = { message: '', errors: {} };

/** What Proxmox meant by a text, in an answer or as the exit text of a task. */
export const classifyText = (text: string, status = 500): PveFailure => {
  const message = text.trim();
  for (const [pattern, failure] of texts) {
    const found = pattern.exec(message);
    if (found) return failure(found, message);
  }
  return { kind: 'other', status, message };
};

const trimmed = (errors: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([key, text]) => [key, text.trim()]));

/** What the status alone says; where the text of a 403 tells what is missing, that is kept. */
const statuses: {
  readonly [status: number]: (message: string, errors: Body['errors']) => PveFailure;
} = {
  400: (message, errors) => ({ kind: 'invalid', errors: trimmed(errors), message }),
  401: (reason) => ({ kind: 'unauthorized', reason }),
  403: (message) => {
    const known = classifyText(message, 403);
    return known.kind === 'forbidden' ? known : { kind: 'forbidden', path: null, privileges: [], message };
  },
  501: (message) => ({ kind: 'not-implemented', message }),
  595: (message) => ({ kind: 'node-unreachable', message }),
};

/** What kind of "no" an answer is. 595 to 599 are pveproxy's own: 595 is before the other node heard anything. */
export const classify = ({ status, reason, body }: Refused): PveFailure => {
  const { message: said, errors } = readWith(Body, body).data ?? NOTHING_SAID;
  const message = (said || reason).trim();
  const known = statuses[status];
  if (known) return known(message, errors);
  if (status > 595 && status <= 599) return { kind: 'unreachable', sent: 'unknown', reason: message };
  return classifyText(message, status);
};
