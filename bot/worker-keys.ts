import { readPublicKey } from '#db/config/public-key';
import type { Complaint } from '#db/config/read-config';
import type { PinnedKeys } from '#db/ledger/worker-keys';
import { keyText } from '#db/queue/sealed';
import type { Config } from '#policies/config';
import { no, ok, type Result } from '#policies/result';

/** The keys that the configuration pins, by the address of their worker; null where it pins none. */
export const readWorkerKeys = ({ site, bot }: Config): Result<PinnedKeys, Complaint[]> => {
  if (!bot?.worker_keys) return ok(null);
  const keys = new Map<string, string>();
  const complaints: Complaint[] = [];
  for (const [node, path] of Object.entries(bot.worker_keys)) {
    const key = readPublicKey(path);
    if (key.ok) keys.set(`node.${site}.${node}`, keyText(key.value));
    else complaints.push({ at: `bot.worker_keys.${node}`, line: null, expected: key.error });
  }
  return complaints.length > 0 ? no(complaints) : ok(keys);
};
