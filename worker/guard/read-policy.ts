import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { type Complaint, parseConfig } from '#db/config/read-config';
import { no, ok, type Result } from '#policies/result';
import { DEFAULT_POLICY, NodePolicy } from './node-policy.ts';

/** Asks for the node's floor as it is at this moment. */
export type ReadPolicy = () => Result<NodePolicy, readonly Complaint[]>;

/** Write permission of group and others. */
const OTHERS_WRITE = 0o022;

const complain = (at: string, expected: string): Result<never, readonly Complaint[]> =>
  no([{ at, line: null, expected }]);

const parse = (path: string, text: string): Result<NodePolicy, readonly Complaint[]> => {
  const policy = parseConfig(text, NodePolicy);
  return policy.ok ? policy : no(policy.error.map((one) => ({ ...one, at: `${path} ${one.at}`.trim() })));
};

/** Owner and mode are read from the open file, so that it cannot be swapped between the look and the read. */
const readOpen = (path: string, file: number): Result<NodePolicy, readonly Complaint[]> => {
  const { uid, mode } = fstatSync(file);
  if (uid !== 0 && uid !== process.geteuid?.())
    return complain(path, `a file of root or of this worker's user (it belongs to uid ${uid})`);
  if ((mode & OTHERS_WRITE) !== 0)
    return complain(
      path,
      `a file that only its owner can write: chmod go-w ${path} (mode ${(mode & 0o777).toString(8)})`,
    );
  return parse(path, readFileSync(file, 'utf8'));
};

/**
 * The node's own floor; only a file that is not there is the default. One that is there and wrong, unreadable, somebody
 * else's or open for others to write is a complaint, and nothing may run on it.
 */
export const readPolicy = (path: string): Result<NodePolicy, readonly Complaint[]> => {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    return readOpen(path, file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(DEFAULT_POLICY);
    return complain(path, `a readable file (${error instanceof Error ? error.message : String(error)})`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
};

/** The floor of a node that has no file and will have none, such as the demo's. */
export const defaultPolicy: ReadPolicy = () => ok(DEFAULT_POLICY);
