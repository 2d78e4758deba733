import { createPublicKey } from 'node:crypto';
import { executionOf } from '#db/journal/execution';
import type { ChangeId } from '#policies/ids';
import type { Job } from '#policies/job';
import { configOf, openNode } from './site.ts';

type Orders = {
  readonly place: Omit<Parameters<typeof configOf>[0], 'publicKey'>;
  readonly key: string;
  readonly jobs: readonly { readonly id: string; readonly job: Job }[];
  /** The moment of the run at which this process dies, counted from 1. */
  readonly dieAt: number;
  /** The change whose end this process waits for before it stops by itself. */
  readonly until?: ChangeId;
};

// A worker as a process of its own that kills itself without a word at one moment of its work.
// The parent of this process wrote the argument.
const orders = JSON.parse(process.argv[2] ?? '') as Orders;
let moment = 0;
const node = await openNode(configOf({ ...orders.place, publicKey: createPublicKey(orders.key) }), {
  at: () => {
    moment += 1;
    if (moment === orders.dieAt) process.kill(process.pid, 'SIGKILL');
  },
});
for (const { id, job } of orders.jobs) await node.send(id, job);
const { until } = orders;
const deadline = Date.now() + 20_000;
while (until && !executionOf(node.worker.journal, until)?.outcome && Date.now() < deadline)
  await new Promise((next) => setTimeout(next, 10));
await node.stop();
process.stdout.write(`${moment}\n`);
