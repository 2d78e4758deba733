import type { Failure } from '#policies/outcome';
import { outsideText } from '../outside-text.ts';
import type { PveFailure } from '../proxmox/failure.ts';

/** The status that stands for a failure which has none of its own (0 = no answer was had). */
const STATUS: { readonly [K in PveFailure['kind']]: number } = {
  unauthorized: 401,
  forbidden: 403,
  invalid: 400,
  'no-such-guest': 500,
  'digest-mismatch': 500,
  locked: 500,
  'lock-timeout': 500,
  'no-quorum': 500,
  'no-such-node': 500,
  'node-unreachable': 595,
  'not-implemented': 501,
  'no-actor': 0,
  untrusted: 0,
  unreachable: 0,
  other: 500,
};

const messageOf = (failure: PveFailure): string => {
  if (failure.kind === 'invalid' && Object.keys(failure.errors).length > 0)
    return Object.entries(failure.errors)
      .map(([parameter, text]) => `${parameter}: ${text}`)
      .join('; ');
  if ('message' in failure) return failure.message;
  return 'reason' in failure ? failure.reason : failure.kind;
};

/** What Proxmox, or the road to it, said no with. */
export const refusedBy = (failure: PveFailure): Failure => ({
  failure: 'refused',
  status: failure.kind === 'other' ? failure.status : STATUS[failure.kind],
  message: outsideText(messageOf(failure), 1000),
});
