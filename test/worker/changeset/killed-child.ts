import { z } from 'zod';
import { apply } from '#worker/changeset/apply';
import { readSealed } from '#worker/changeset/seal';
import { recover, undo } from '#worker/changeset/undo';
import type { Workshop } from '#worker/changeset/way';

/** What a process is to do, and the number of the point at which it kills itself. */
const Orders = z.object({
  work: z.enum(['apply', 'recover', 'undo']),
  point: z.number(),
  folder: z.string(),
  digest: z.string(),
});

const { work, point, folder, digest } = Orders.parse(JSON.parse(process.argv[2] ?? ''));

let points = 0;
const shop: Workshop = {
  store: `${folder}/store`,
  journal: `${folder}/journal`,
  host: { root: `${folder}/root`, mounts: [{ path: '/', profile: 'posix' }] },
  step: () => {
    points += 1;
    if (points === point) process.kill(process.pid, 'SIGKILL');
  },
};

if (work === 'recover') recover(shop);
else if (work === 'undo') undo(shop, 't');
else {
  const sealed = readSealed(shop.store, digest);
  if (!sealed.ok || !apply(shop, sealed.value, 't').ok) throw new Error('refused');
}
