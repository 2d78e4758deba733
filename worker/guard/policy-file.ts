import type { Complaint } from '#db/config/read-config';
import { ok, type Result } from '#policies/result';
import { DEFAULT_POLICY, NodePolicy } from './node-policy.ts';
import { readTrustedConfig } from './trusted-config.ts';

/** The node's floor as it is at this moment, or what is wrong with its file. */
export type ReadPolicy = () => Result<NodePolicy, readonly Complaint[]>;

/**
 * Reads the node's own floor. Only a file that is not there is the default; one that cannot be read, is wrong, or could have
 * been written by anybody but root or this worker's user is no floor at all.
 */
export const readPolicy = (path: string): ReturnType<ReadPolicy> => {
  const policy = readTrustedConfig(path, NodePolicy);
  return policy.ok ? ok(policy.value ?? DEFAULT_POLICY) : policy;
};
