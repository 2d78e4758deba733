import { localHub, localQueue } from '#db/queue/local';
import { queueContract } from './contract.ts';

queueContract({
  name: 'local',
  skip: false,
  prepare: async () => '',
  ends: async () => {
    const hub = localHub();
    return { sender: localQueue(hub), receiver: localQueue(hub) };
  },
  release: async () => undefined,
});
