import { join } from 'node:path';
import { openClusterNode } from '#test/fake/pmxcfs/cluster-node';
import { scan } from '#worker/changeset/scan';
import { rehearse } from '#worker/sandbox/rehearse';

// Run in a mount namespace of its own: a file system that nobody answers for is in the way of all who look at it.
const node = await openClusterNode();
await node.crash();
const script = { argv: ['sh', '-c', 'ls -A /etc/pve; echo new >/etc/motd'] } as const;
const outcome = await rehearse(script, { root: node.root, store: join(node.state, 'rehearsals') });
if (outcome.outcome !== 'ran') throw new Error(JSON.stringify(outcome).slice(0, 500));
const found = scan(outcome.layers);
console.log(
  JSON.stringify({
    code: outcome.code,
    cluster: outcome.cluster,
    pve: outcome.mounts.find(({ at }) => at === '/etc/pve'),
    changed: found.ok && found.value.changes.map(({ path }) => path),
  }),
);
await node.close();
