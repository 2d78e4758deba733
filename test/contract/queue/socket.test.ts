import { join } from 'node:path';
import { connectQueue, serveQueue } from '#db/queue/socket';
import { queueContract } from './contract.ts';
import { SECRET } from './party.ts';

queueContract({
  name: 'socket',
  skip: false,
  prepare: async (dir) => join(dir, 'queue.sock'),
  ends: async (path) => {
    const place = { path, secret: SECRET, onTrouble: () => undefined };
    const receiver = await serveQueue(place);
    return { sender: connectQueue(place), receiver };
  },
  release: async () => undefined,
});
