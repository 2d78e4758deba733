import { createPublicKey, type KeyObject } from 'node:crypto';
import { enrolFactor } from '#db/journal/factors';
import { type LocalHub, localQueue } from '#db/queue/local';
import type { Queue } from '#db/queue/queue';
import { relay } from '#db/queue/relay';
import { PersonId } from '#policies/ids';
import { ok } from '#policies/result';
import { NODE, rig } from '#test/worker/jobs/rig';
import { codeAt, wrongCodeAt } from '#test/worker/second-factor/authenticator';
import { NodePolicy } from '#worker/guard/node-policy';
import { openDesk } from '#worker/jobs/desk';
import { lookNow } from '#worker/jobs/watch';

const SECRETS: { readonly [person: string]: string } = {
  ada: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  ivan: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U',
};

type Parts = {
  readonly queue: Queue;
  readonly botKey: KeyObject;
  readonly now: () => number;
  readonly policy: object;
};

/** The real worker's desk, guard and journal at the far end of a queue, with files as its host and two people enrolled. */
const openNode = async ({ queue, botKey, now, policy }: Parts) => {
  let wake = (): void => undefined;
  const floor = NodePolicy.parse({ version: 1, ...policy });
  const guard = {
    here: { site: NODE.site, node: NODE.node },
    botKey: createPublicKey(botKey),
    policy: () => ok(floor),
    own: ['/nowhere'],
    real: (path: string) => path,
  };
  const node = rig({ guard, wake: () => wake() }, now);
  const { journal } = node;
  const out = relay({ db: journal.db, queue, from: journal.address, now, onTrouble: () => undefined });
  wake = out.wake;
  for (const [person, secret] of Object.entries(SECRETS))
    enrolFactor(journal, { person: PersonId.parse(person), secret, step: 0 });
  const desk = openDesk(node.worker);
  const unhear = await queue.receive(journal.address, desk.receive);
  node.wants({ '/etc/motd': 'hello' }, { risk: 'high' });
  await lookNow(node.worker);
  const secretOf = (person: string): string => SECRETS[person] ?? '';
  let closed = false;
  return {
    ...node,
    code: (person: string): string => codeAt(secretOf(person), now()),
    wrongCode: (person: string): string => wrongCodeAt(secretOf(person), now()),
    close: async () => {
      if (closed) return;
      closed = true;
      await unhear();
      await desk.idle();
      await out.stop();
      node.close();
    },
  };
};

type Room = {
  readonly worker: { close(): Promise<void> };
  readonly hub: LocalHub;
  readonly ledger: { readonly now: () => number };
  readonly bot: { readonly office: { readonly authority: { readonly key: KeyObject } } };
};

/**
 * Puts the real worker in the place of a room's scripted one. `policy`: what its node-policy.yaml says; `queue`: what it meets the
 * bot by, where that is not the room's own.
 */
export const nodeIn = async (
  { worker, hub, ledger, bot }: Room,
  policy: object = {},
  queue: Queue = localQueue(hub),
) => {
  await worker.close();
  return openNode({ queue, botKey: bot.office.authority.key, now: ledger.now, policy });
};
