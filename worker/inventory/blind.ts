import type { PveFailure } from '../proxmox/failure.ts';

/**
 * What an operator reads in the worker's log when the site cannot be looked at, and what to do about it. It names no
 * secret: a certificate's fingerprint is public.
 */
export const blindSentence = (url: string, failure: PveFailure): string => {
  if (failure.kind === 'untrusted')
    return `${url} shows the certificate ${failure.seen}, not ${failure.expected}: compare \`pvenode cert info\` on the node with proxmox.trust, and trust the new one only if it is the node's`;
  if (failure.kind === 'unauthorized')
    return `${url} does not accept the reader token (${failure.reason}): check with \`pveum user token list\` that it exists, has not expired, and is the one in proxmox.reader`;
  if (failure.kind === 'unreachable')
    return `${url} does not answer (${failure.reason}): check proxmox.url, and that pveproxy runs there`;
  if (failure.kind === 'forbidden')
    return `the reader token may not look (${failure.message}): give PVEAuditor on / to its user and to the token`;
  return `${url} cannot be read (${'message' in failure ? failure.message : failure.kind})`;
};
